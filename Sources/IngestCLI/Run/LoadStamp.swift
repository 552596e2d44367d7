import Columnar
import Engine
import Ports

/// The columns that say which load a row came with and when, for tables that hold a row more than once.
struct LoadStamp: Sendable {
    let loadID: String
    /// Microseconds since 1970, UTC.
    let loadedAt: Int

    func schema(behind schema: Schema) throws -> Schema {
        try Schema(
            schema.fields + [
                Field(LoadColumns.loadID, .text), Field(LoadColumns.loadedAt, .timestamp(.microseconds, utc: true)),
            ])
    }

    /// Filled once for as many rows as a batch has had so far, and used again for each.
    final class Columns {
        private let stamp: LoadStamp
        private var id = Column(.text, slots: 0)
        private var at = Column(.timestamp(.microseconds, utc: true), slots: 0)

        init(_ stamp: LoadStamp) { self.stamp = stamp }

        func stamped(_ batch: Batch, schema: Schema) -> Batch {
            if id.slotCount != batch.rowCount {
                if id.slotCount > batch.rowCount {
                    id.reset()
                    at.reset()
                }
                for _ in id.slotCount..<batch.rowCount {
                    id.append(stamp.loadID)
                    at.append(Int64(stamp.loadedAt))
                }
            }
            return Batch(batch, adding: [id, at], schema: schema)
        }
    }
}
