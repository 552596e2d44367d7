import Glibc

/// Several threads that each want a line to be safe on the disk: one of them writes for all that wait, so that they share
/// one lock and one fsync.
final class GroupedWrites<Item: Sendable>: @unchecked Sendable {
    // Safe to share: every access to what follows holds the mutex.
    private var mutex = pthread_mutex_t()
    private var changed = pthread_cond_t()
    private var waiting: [Item] = []
    private var isWriting = false
    /// Items that were ever handed in, and those of them that were written or given up.
    private var handedIn = 0
    private var settled = 0

    init() {
        pthread_mutex_init(&mutex, nil)
        pthread_cond_init(&changed, nil)
    }

    deinit {
        pthread_cond_destroy(&changed)
        pthread_mutex_destroy(&mutex)
    }

    /// Returns once `write` was called, by this thread or another, with the item. It is called by one thread at a time.
    func add(_ item: Item, write: ([Item]) -> Void) {
        pthread_mutex_lock(&mutex)
        waiting.append(item)
        handedIn += 1
        let ticket = handedIn
        while settled < ticket {
            if isWriting {
                pthread_cond_wait(&changed, &mutex)
                continue
            }
            isWriting = true
            let items = waiting
            waiting = []
            pthread_mutex_unlock(&mutex)
            write(items)
            pthread_mutex_lock(&mutex)
            isWriting = false
            settled += items.count
            pthread_cond_broadcast(&changed)
        }
        pthread_mutex_unlock(&mutex)
    }
}
