import CPCRE2
import Columnar
import Ports

/// A regular expression that whole values must match, compiled once for a load.
final class Pattern: Sendable {
    // SAFETY: "the compiled pattern is not modified by matching, and may be used by several threads" (pcre2api,
    // MULTITHREADING); it is compiled to machine code before anybody else has it.
    nonisolated(unsafe) fileprivate let code: OpaquePointer
    fileprivate let isFast: Bool

    /// How much work one value may cost: an expression that backtracks without end gives up after it, which takes about a
    /// millisecond.
    private static let matchLimit: UInt32 = 200_000
    private static let heapLimitKiB: UInt32 = 4096

    /// Anchored at both ends. Safe for bytes that are not UTF-8, which match nothing.
    init(_ text: String) throws(QualityFault) {
        var error: Int32 = 0
        var offset = 0
        let options =
            UInt32(PCRE2_UTF) | UInt32(PCRE2_MATCH_INVALID_UTF) | UInt32(PCRE2_ANCHORED) | UInt32(PCRE2_ENDANCHORED)
            | UInt32(PCRE2_NEVER_BACKSLASH_C)
        var text = text
        let compiled = text.withUTF8 { pcre2_compile_8($0.baseAddress, $0.count, options, &error, &offset, nil) }
        guard let compiled else {
            let place = String(decoding: Array(text.utf8.prefix(offset)), as: UTF8.self).count + 1
            throw QualityFault(
                .configuration, "the regular expression cannot be read at character \(place): \(Self.words(error))")
        }
        code = compiled
        // Where the system forbids it, matching goes the slow way.
        isFast = pcre2_jit_compile_8(compiled, UInt32(PCRE2_JIT_COMPLETE)) == 0
    }

    deinit { pcre2_code_free_8(code) }

    private static func words(_ error: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = pcre2_get_error_message_8(error, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer.prefix(Int(count)), as: UTF8.self) : "error \(error)"
    }

    /// What one thread needs to match.
    fileprivate struct Means {
        let data: OpaquePointer
        let context: OpaquePointer
        let stack: OpaquePointer?

        init?(_ pattern: Pattern) {
            guard let data = pcre2_match_data_create_8(1, nil) else { return nil }
            guard let context = pcre2_match_context_create_8(nil) else {
                pcre2_match_data_free_8(data)
                return nil
            }
            self.data = data
            self.context = context
            _ = pcre2_set_match_limit_8(context, Pattern.matchLimit)
            _ = pcre2_set_heap_limit_8(context, Pattern.heapLimitKiB)
            stack = pattern.isFast ? pcre2_jit_stack_create_8(32 << 10, 1 << 20, nil) : nil
            if let stack { pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack)) }
        }

        func free() {
            pcre2_match_data_free_8(data)
            pcre2_match_context_free_8(context)
            if let stack { pcre2_jit_stack_free_8(stack) }
        }
    }
}

/// Finds texts that do not match. Used by one thread at a time.
final class PatternCheck {
    private let pattern: Pattern
    private let means: Pattern.Means
    /// Values that the expression gave up on; they count as failing.
    private(set) var undecided = 0

    init(_ pattern: Pattern) throws(QualityFault) {
        guard let means = Pattern.Means(pattern) else {
            throw QualityFault(.permanent, "No memory to match a regular expression with")
        }
        self.pattern = pattern
        self.means = means
    }

    deinit { means.free() }

    /// Stops after so many values that it gave up on.
    func failing(in column: Column, most: Int, into failing: inout [Int32]) {
        let offsets = UnsafePointer(column.offsets)
        let arena = UnsafePointer(column.arena.assumingMemoryBound(to: UInt8.self))
        let (code, data, context, isFast) = (pattern.code, means.data, means.context, pattern.isFast)
        for i in 0..<column.valueCount {
            let start = Int(offsets[i])
            let count = Int(offsets[i + 1]) - start
            let result =
                isFast
                ? pcre2_jit_match_8(code, arena + start, count, 0, 0, data, context)
                : pcre2_match_8(code, arena + start, count, 0, 0, data, context)
            if result >= 0 { continue }
            failing.append(Int32(truncatingIfNeeded: i))
            guard result != PCRE2_ERROR_NOMATCH else { continue }
            undecided += 1
            if undecided >= most { return }
        }
    }
}
