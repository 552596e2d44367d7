/// What a column of a sheet is: reading, checking, the template's headers, comments and drop-downs, and the reference in
/// docs/ all come from it, so that they cannot disagree.
package struct SheetColumnSpec: Sendable {
    package enum Group: String, CaseIterable, Sendable {
        case identity = "Which table"
        case selection = "Which rows and columns"
        case load = "How to load"
        case target = "Where it goes"
        case reading = "Parallel reading"
        case api = "APIs"
        case run = "When it runs"
        case guards = "Guards"
        case people = "People"
        case layout = "Table formats"
        case output = "Written by the tool"
        case rule = "Rule"
    }

    package enum Need: Sendable {
        case optional
        case always
        case incremental

        /// Shown in the reference and the template's comments.
        package var words: String {
            switch self {
            case .optional: ""
            case .always: "yes"
            case .incremental: "for INCREMENTAL"
            }
        }
    }

    package var name: String
    /// Other headers that mean this column, of the earlier framework for instance.
    package var aliases: [String]
    package var group: Group
    package var need: Need
    package var kind: CellKind
    /// Characters that the template's column is wide.
    package var width: Double
    /// One or two sentences for the person who fills the cell.
    package var explanation: String
    /// As it would stand in a cell; empty for what the tool writes.
    package var example: String
    package var isOutput: Bool
    /// False: this version checks the cell but does nothing with it, and says so where it is filled.
    package var isUsed: Bool
    /// Only for workbooks of the earlier framework: read, but not in the template.
    package var isLegacy: Bool
    /// The version that brought the column.
    package var since: String

    package init(
        _ name: String, aliases: [String] = [], group: Group, need: Need = .optional, kind: CellKind, width: Double,
        example: String, isOutput: Bool = false, isUsed: Bool = true, isLegacy: Bool = false,
        since: String = "0.1.0", _ explanation: String
    ) {
        self.name = name
        self.aliases = aliases
        self.group = group
        self.need = need
        self.kind = kind
        self.width = width
        self.example = example
        self.isOutput = isOutput
        self.isUsed = isUsed
        self.isLegacy = isLegacy
        self.since = since
        self.explanation = explanation
    }

    package var isNeeded: Bool { need == .always }
}

/// A sheet's columns as an enumeration whose raw values count from 0 in the order of the template.
package protocol SheetColumn: RawRepresentable, CaseIterable, Hashable, Sendable where RawValue == Int {
    static var sheet: String { get }
    /// Ordered by raw value.
    static var specs: [SheetColumnSpec] { get }
}

extension SheetColumn {
    package var spec: SheetColumnSpec { Self.specs[rawValue] }
    package var name: String { spec.name }

    /// Orders what the groups' files list. A column without a spec, or with two, is a mistake of ours.
    static func table(_ groups: [[(column: Self, spec: SheetColumnSpec)]]) -> [SheetColumnSpec] {
        let listed = groups.flatMap { $0 }.sorted { $0.column.rawValue < $1.column.rawValue }
        precondition(
            listed.map(\.column.rawValue) == Array(0..<allCases.count), "\(sheet): each column needs exactly one spec")
        return listed.map(\.spec)
    }
}
