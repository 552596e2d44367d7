import Engine
import Glibc
import Ports
import Settings

extension RunTerms {
    /// Of work on a project's tables that begins now, in a run or outside of one.
    init(_ settings: EffectiveSettings, workbook: String, zone: ZoneRules, stop: StopSignal) {
        let wall = SystemWallClock()
        let began = wall.unixMicroseconds
        let facts = RunFacts(
            runID: RunMoment.identifier(began), startedAt: began, host: HostFacts.name, process: Int(getpid()),
            user: HostFacts.user, version: Version.number, workbook: workbook,
            workbookSHA256: HostFacts.digest(ofFile: workbook))
        var lease = 300
        if case .duration(let seconds)? = settings["run", "lease"] { lease = Int(seconds.rounded(.up)) }
        self.init(
            facts: facts, date: zone.civil(began).date.replacing("-", with: "/"), clock: SystemClock(), wall: wall,
            leaseSeconds: lease, witness: ProcessLives(), sleep: { _ = stop.wait(seconds: $0) })
    }
}
