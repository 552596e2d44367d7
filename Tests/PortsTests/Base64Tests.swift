import Ports
import Testing

@Suite("Base64")
struct Base64Tests {
    @Test(
        "as everybody has it",
        arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")])
    func text(bytes: String, wanted: String) { #expect(Base64.text(Array(bytes.utf8)) == wanted) }
}
