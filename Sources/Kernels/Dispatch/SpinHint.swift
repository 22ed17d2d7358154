internal import CPUFeatures

/// Tells the processor that this is a loop that waits for another thread.
package func spinHint() { keel_spin_hint() }
