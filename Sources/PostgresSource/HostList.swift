/// A list of hosts as libpq takes it: `host=a,b port=5432,5433`.
///
/// PQconnectPoll goes on to the next host by itself when one refuses, but leaves it to its caller to give up on one that
/// stays silent, and has no call to go on from there. So the rest of the list is tried as a connection of its own.
struct HostList: Equatable {
    /// `host`, `hostaddr` and `port` in force; nil where unset.
    var hosts: String?
    var addresses: String?
    var ports: String?

    /// The settings for what stands behind the given host; nil when it is the last, or not in the list.
    func rest(after host: String, port: String) -> [String: String]? {
        func parts(_ list: String?) -> [String]? {
            list.map { $0.split(separator: ",", omittingEmptySubsequences: false).map { String($0) } }
        }
        let names = parts(hosts)
        let numbers = parts(addresses)
        let ports = parts(ports)
        guard let list = names ?? numbers, list.count > 1 else { return nil }
        let current = list.indices.first { i in
            guard list[i] == host || (numbers.map { $0.count == list.count && $0[i] == host } ?? false) else {
                return false
            }
            return ports.map { $0.count != list.count || $0[i] == port } ?? true
        }
        guard let current, current + 1 < list.count else { return nil }
        var out = [String: String]()
        let rest = (current + 1)...
        if let names { out["host"] = names[rest].joined(separator: ",") }
        if let numbers, numbers.count == list.count { out["hostaddr"] = numbers[rest].joined(separator: ",") }
        if let ports, ports.count == list.count { out["port"] = ports[rest].joined(separator: ",") }
        return out
    }
}
