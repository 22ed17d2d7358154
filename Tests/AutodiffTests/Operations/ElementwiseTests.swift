import Autodiff
import Foundation
import TestSupport
import Testing

extension OperationCase {
  @CaseTable static var elementwise: [OperationCase] {
    OperationCase("exp", [normal([2, 3], 1)], expected: { $0[0].map { exp($0) } }) { $0[0].exp() }
    OperationCase("log", [positive([5], 2)], expected: { $0[0].map { log($0) } }) { $0[0].log() }
    OperationCase("tanh", [normal([3, 4], 3)], expected: { $0[0].map { tanh($0) } }) {
      $0[0].tanh()
    }
    OperationCase("sigmoid", [normal([7], 4)], expected: { $0[0].map { 1 / (1 + exp(-$0)) } }) {
      $0[0].sigmoid()
    }
    OperationCase(
      "leakyReLU", [Tensor([-2, -0.5, 0.5, 3])], expected: { $0[0].map { $0 > 0 ? $0 : 0.25 * $0 } }
    ) { $0[0].leakyReLU(slope: 0.25) }
    OperationCase("squared", [normal([4], 5)], expected: { $0[0].map { $0 * $0 } }) {
      $0[0].squared()
    }
    OperationCase("scaled", [normal([4], 6)], expected: { $0[0].map { -2.5 * $0 } }) {
      $0[0].scaled(by: -2.5)
    }
    OperationCase("negation", [normal([4], 6)], expected: { $0[0].map { -$0 } }) { -$0[0] }
    OperationCase("functions of nothing", [empty([0])], expected: { _ in [] }) {
      $0[0].exp().log().tanh().sigmoid().leakyReLU().squared().scaled(by: 2)
    }
  }
}
