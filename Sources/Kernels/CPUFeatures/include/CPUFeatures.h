#ifndef KEEL_CPU_FEATURES_H
#define KEEL_CPU_FEATURES_H
/// The highest x86-64 level this processor has: 4, 3 or 1; 0 on other architectures.
int keel_cpu_level(void);

/// Tells the processor that this is a loop that waits for another thread.
static inline void keel_spin_hint(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// Asks for the cache line of an address before it is needed; the address need not be valid.
static inline void keel_prefetch(const void *address) { __builtin_prefetch(address); }

/// The same into the second-level cache: for what is needed after more than the first one holds.
static inline void keel_prefetch_for_later(const void *address) { __builtin_prefetch(address, 0, 2); }
#endif
