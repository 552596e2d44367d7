import Ports

/// How values of a column's type are compared with values that we hold as text: parameters are bound as text and cast by the
/// database to the column's own type, with all its digits, and bounds come back as text of the same form.
package struct KeyType: Equatable, Sendable {
    package typealias Sort = KeySort

    package var sort: Sort
    /// As watermarks are stored: `timestamp(6)`, `datetimeoffset(7)`, `rowversion`, `numeric(38,0)`.
    package var tag: String
    /// Around a parameter marker: `CAST(` and ` AS datetime2(7))`.
    package var parameterBefore: String
    package var parameterAfter: String
    /// Around an expression of this type: its text, with all digits.
    package var textBefore: String
    package var textAfter: String

    package init(
        _ sort: Sort, tag: String, parameter: (String, String), text: (String, String)
    ) {
        self.sort = sort
        self.tag = tag
        (parameterBefore, parameterAfter) = parameter
        (textBefore, textAfter) = text
    }

    /// A bound parameter, in the column's own type.
    package var parameter: String { parameterBefore + "?" + parameterAfter }
    /// An expression of this type as text of full precision.
    package func text(of expression: String) -> String { textBefore + expression + textAfter }

    /// `CAST(? AS type)`, and `CAST(c AS text)` back.
    static func cast(_ sort: Sort, tag: String? = nil, to type: String, text: String) -> KeyType {
        KeyType(
            sort, tag: tag ?? type.lowercased(), parameter: ("CAST(", " AS \(type))"), text: ("CAST(", " AS \(text))"))
    }

    /// Whether pieces of equal width can be computed.
    package var isDivisible: Bool { sort.hasScale }
}
