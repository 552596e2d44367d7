import Ports

package struct FakeFault: Fault, Equatable {
    package var kind: FaultKind
    package var message: String

    package init(_ kind: FaultKind = .permanent, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
