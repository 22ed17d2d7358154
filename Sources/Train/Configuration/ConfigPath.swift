/// The way from the root of a configuration to a value, printable: `$.assets[2].name`.
package struct ConfigPath: Sendable, Equatable {
  /// The path as text.
  package let text: String

  /// The root.
  package init() { text = "$" }

  private init(text: String) { self.text = text }

  func member(_ key: String) -> ConfigPath {
    let isPlain = key.utf8.allSatisfy {
      (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
        || $0 == 0x5F
    }
    return ConfigPath(
      text: text + (isPlain && !key.isEmpty ? "." + key : "[\(JSONValue.quoted(key))]"))
  }

  func element(_ index: Int) -> ConfigPath { ConfigPath(text: text + "[\(index)]") }
}
