#ifndef KEEL_CPU_FEATURES_H
#define KEEL_CPU_FEATURES_H
/// The highest x86-64 level this processor has: 4, 3 or 1; 0 on other architectures.
int keel_cpu_level(void);
#endif
