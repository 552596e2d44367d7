import Columnar
import Masks
import Ports

extension WorkloadTable {
    /// Masks that call OpenSSL for each value, over 8 pages of one column. Timed, not counted: what they cost is libcrypto's,
    /// which differs from processor to processor.
    static let masks: [Workload] = [
        ("mask-hash-text", ColumnRule.Mask.hash, "text-unique"), ("mask-hash-int64", .hash, "int64-random"),
        ("mask-encrypt-text", .encrypt, "text-unique"), ("mask-partial-text", .partial(4), "text-unique"),
    ].map { name, mask, shape in
        Workload(name: name) { _ in try MaskRun(mask, shape).round }
    }
}

private final class MaskRun {
    private let batches: [Batch]
    private let masker: any ColumnMasker
    private let masked: Column

    init(_ mask: ColumnRule.Mask, _ name: String) throws {
        guard let shape = WorkloadTable.shapes.first(where: { $0.name == name }) else {
            preconditionFailure("there is no shape \(name)")
        }
        batches = try shape.makeBatches()
        let masks = ColumnMasks(
            salt: { Secret("a salt of enough characters") }, key: { Secret(String(repeating: "5a", count: 32)) })
        let mask = try masks.mask(mask, of: batches[0].schema.fields[0])
        masker = try mask.makeMasker()
        masked = Column(mask.type, slots: 0)
    }

    func round() throws -> Int {
        for batch in batches {
            masked.reset()
            try masker.append(batch.columns[0], to: masked)
        }
        return batches.reduce(0) { $0 + $1.rowCount }
    }
}
