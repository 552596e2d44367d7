/// Finds what waits for itself. A graph's nodes are 0…n-1; `edges[a]` lists what `a` waits for.
enum DependencyCycles {
    /// One cycle per knot of nodes that reach each other, beginning with its lowest node. Linear time, and no recursion: a
    /// chain of ten thousand jobs must not use up the stack.
    static func find(_ edges: [[Int]]) -> [[Int]] {
        components(edges).compactMap { component in
            let start = component.min()!
            if component.count == 1 { return edges[start].contains(start) ? [start] : nil }
            return shortestCycle(from: start, within: Set(component), edges)
        }.sorted { $0[0] < $1[0] }
    }

    /// Tarjan's strongly connected components.
    private static func components(_ edges: [[Int]]) -> [[Int]] {
        var order = [Int](repeating: -1, count: edges.count)
        var low = order
        var isOpen = [Bool](repeating: false, count: edges.count)
        var open: [Int] = []
        var result: [[Int]] = []
        var counter = 0
        for root in edges.indices where order[root] < 0 {
            var path: [(node: Int, next: Int)] = [(root, 0)]
            while let (node, next) = path.last {
                if next == 0 {
                    order[node] = counter
                    low[node] = counter
                    counter += 1
                    open.append(node)
                    isOpen[node] = true
                }
                if next < edges[node].count {
                    path[path.count - 1].next += 1
                    let target = edges[node][next]
                    if order[target] < 0 {
                        path.append((target, 0))
                    } else if isOpen[target] {
                        low[node] = min(low[node], order[target])
                    }
                    continue
                }
                path.removeLast()
                if let parent = path.last?.node { low[parent] = min(low[parent], low[node]) }
                guard low[node] == order[node] else { continue }
                var component: [Int] = []
                repeat {
                    component.append(open.removeLast())
                    isOpen[component[component.count - 1]] = false
                } while component[component.count - 1] != node
                result.append(component)
            }
        }
        return result
    }

    /// By breadth first: every component of more than one node has a way back to each of its nodes.
    private static func shortestCycle(from start: Int, within nodes: Set<Int>, _ edges: [[Int]]) -> [Int] {
        var cameFrom: [Int: Int] = [:]
        var queue = [start]
        var head = 0
        while head < queue.count {
            let node = queue[head]
            head += 1
            for target in edges[node] where nodes.contains(target) {
                if target == start {
                    var cycle = [node]
                    while cycle[cycle.count - 1] != start { cycle.append(cameFrom[cycle[cycle.count - 1]]!) }
                    return cycle.reversed()
                }
                if cameFrom[target] == nil {
                    cameFrom[target] = node
                    queue.append(target)
                }
            }
        }
        preconditionFailure("a strongly connected component has a cycle through each of its nodes")
    }
}
