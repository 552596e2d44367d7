/// The moments of a load at which its process may die: tests stop it at each of them.
package enum LoadStep: String, CaseIterable, Sendable {
    case leased, recovered, intended, staged, sealed, prepared, committed, published, done, replaced, remembered, ended
}
