/// Says of a process that took something and never gave it back whether it still lives, where that can be known from here.
package protocol ProcessWitness: Sendable {
    /// What tells this process from every other one of its machine, also from a later one that gets the same number. Nil
    /// where the system does not say.
    var ownLife: String? { get }
    /// True only where it is certain: the life is of this machine, since it was last started, and has ended.
    func isOver(_ life: String) -> Bool
}
