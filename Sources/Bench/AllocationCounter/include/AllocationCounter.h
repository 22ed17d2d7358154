#ifndef KEEL_ALLOCATION_COUNTER_H
#define KEEL_ALLOCATION_COUNTER_H
/// The number of heap allocations of this process so far; -1 where they cannot be counted.
long keel_allocation_count(void);
#endif
