import Parquet

extension FileInspection {
    func json() throws -> JSONText {
        let metaData = file.metaData
        var members: [(String, JSONText)] = [
            ("file", .string(path)), ("bytes", .int(file.source.size)), ("footer_bytes", .int(file.footerLength)),
            ("created_by", .optional(metaData.createdBy)), ("format_version", .int(Int(metaData.version))),
            ("rows", .int(Int(metaData.numRows))), ("row_group_count", .int(metaData.rowGroups.count)),
            ("schema", .array(metaData.schema.dropFirst().map(node))),
            ("columns", .array(zip(file.leaves, columns).map { column($0, $1) })),
            (
                "key_values",
                .array(
                    (metaData.keyValueMetadata ?? []).map {
                        .object([("key", .string($0.key)), ("value", .optional($0.value))])
                    })
            ),
        ]
        if depth >= .rowGroups {
            members.append(("row_groups", .array(try metaData.rowGroups.indices.map(rowGroup))))
        }
        return .object(members)
    }

    /// A node of the schema; the tree is given by the numbers of children, depth first, as in the file.
    private func node(_ element: SchemaElement) -> JSONText {
        .object([
            ("name", .string(element.name)), ("repetition", .optional(element.repetitionType.map { "\($0)" })),
            ("type", .optional(element.type?.description)), ("width", .optional(element.typeLength.map { Int($0) })),
            ("logical_type", .optional(element.logicalType?.description)),
            ("children", .int(Int(element.numChildren ?? 0))), ("field_id", .optional(element.fieldID.map { Int($0) })),
        ])
    }

    private func column(_ leaf: SchemaLeaf, _ facts: ChunkFacts) -> JSONText {
        .object([
            ("name", .string(leaf.name)), ("path", .array(leaf.path.map { .string($0) })),
            ("type", .string(leaf.typeText)), ("codecs", .array(facts.codecs.map { .string($0.description) })),
            ("encodings", .array(facts.encodings.map { .string($0.description) })),
            ("compressed_bytes", .int(Int(facts.compressed))), ("plain_bytes", .int(Int(facts.plain))),
            ("values", .int(Int(facts.values))), ("nulls", .optional(facts.nulls.map { Int($0) })),
            ("min", .optional(facts.minimum.flatMap { leaf.text(statistic: $0) })),
            ("max", .optional(facts.maximum.flatMap { leaf.text(statistic: $0) })),
            ("min_is_exact", facts.minimum == nil ? .null : .bool(facts.minimumIsExact)),
            ("max_is_exact", facts.maximum == nil ? .null : .bool(facts.maximumIsExact)),
            ("page_indexes", .int(facts.pageIndexes)), ("bloom_filters", .int(facts.bloomFilters)),
            ("unreadable_chunks", .int(facts.unreadable)),
        ])
    }

    private func rowGroup(_ number: Int) throws -> JSONText {
        let group = file.metaData.rowGroups[number]
        let columns = try file.leaves.map { leaf -> JSONText in
            let facts = column(leaf, ChunkFacts(group.columns[leaf.index], of: leaf))
            guard depth >= .pages, case .object(let members) = facts else { return facts }
            let pages = try pages(of: leaf, inRowGroup: number).map { JSONText.array($0.map(page)) } ?? .null
            return .object(members + [("pages", pages)])
        }
        return .object([
            ("rows", .int(Int(group.numRows))), ("plain_bytes", .int(Int(group.totalByteSize))),
            ("compressed_bytes", .optional(group.totalCompressedSize.map { Int($0) })),
            ("file_offset", .optional(group.fileOffset.map { Int($0) })), ("columns", .array(columns)),
        ])
    }

    private func page(_ page: Page) -> JSONText {
        .object([
            ("offset", .int(Int(page.offset))), ("bytes", .int(Int(page.bytes))),
            ("first_row", .int(Int(page.firstRow))),
            ("rows", .int(Int(page.rows))), ("nulls", .optional(page.nulls.map { Int($0) })),
            ("min", .optional(page.minimum)), ("max", .optional(page.maximum)),
        ])
    }
}
