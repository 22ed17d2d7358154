#include "AllocationCounter.h"

// An executable's own malloc takes the place of the C library's for everything that is linked
// dynamically, the Swift runtime included. Only glibc offers the originals under second names, and
// sanitizers replace the allocator themselves.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define KEEL_SANITIZED 1
#endif
#endif

#if defined(__linux__) && !defined(KEEL_SANITIZED)
#include <features.h>
#endif

#if defined(__GLIBC__) && !defined(KEEL_SANITIZED)
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static atomic_long allocations;

static void count(void) { atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed); }

void *malloc(size_t size) {
  count();
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count();
  return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
  count();
  return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
  count();
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **result, size_t alignment, size_t size) {
  void *memory = memalign(alignment, size);
  if (!memory) return ENOMEM;
  *result = memory;
  return 0;
}

long keel_allocation_count(void) { return atomic_load(&allocations); }
#else
long keel_allocation_count(void) { return -1; }
#endif
