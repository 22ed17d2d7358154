internal import Foundation
internal import Synchronization

/// Touches a process's claims while it works, from a thread of its own: an epoch may last longer than a
/// claim stays fresh.
final class ClaimKeeper: Sendable {
  private let claims = Mutex([ObjectIdentifier: Claim]())

  /// Keeps claims fresh for as long as the keeper lives, at intervals of `seconds`.
  init(every seconds: Double) {
    Thread.detachNewThread { [weak self] in
      while true {
        Thread.sleep(forTimeInterval: seconds)
        guard let self else { return }
        for claim in self.claims.withLock({ Array($0.values) }) { claim.beat() }
      }
    }
  }

  func add(_ claim: Claim) { claims.withLock { $0[ObjectIdentifier(claim)] = claim } }

  /// Gives a claim back and forgets it.
  func release(_ claim: Claim) {
    claims.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(claim)) }
    claim.release()
  }
}
