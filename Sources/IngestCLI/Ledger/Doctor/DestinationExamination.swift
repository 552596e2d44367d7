import Engine
import Glibc
import LakeStore
import Ports

/// Proves that loads can be committed in a folder: with files of its own, which are gone afterwards.
struct DestinationExamination {
    let subject: String
    let path: String

    private static let littleRoom = 1 << 30

    func run(_ report: inout DoctorReport) throws {
        let store = LocalStore(root: path)
        let folder = "_ingest/.doctor/" + RunMoment.identifier(SystemWallClock().unixMicroseconds) + "/"
        let record = folder + "record.json"
        let visible = folder + "visible.parquet"
        let hidden = folder + "staging/hidden.parquet"
        defer {
            for key in [record, visible] { try? store.remove(key) }
            try? store.discard(upload: hidden)
            for part in [folder + "staging", String(folder.dropLast()), "_ingest/.doctor"] {
                rmdir(store.path(of: part))
            }
            // Only where it was made by this, and is empty.
            rmdir(store.path(of: "_ingest"))
        }
        guard try store.putRecordIfAbsent(record, [0x31], .durable) == .stored,
            try store.putRecordIfAbsent(record, [0x32], .durable) == .exists, try store.record(record) == [0x31]
        else {
            return report.add(
                subject, .fail, "'\(path)': a second writer was not refused, so two runs could commit the same load",
                remedy: "Choose a folder on a local disk, or on a file system with hard links that hold.")
        }
        let upload = try store.stage(StagingPlace(name: visible, hidden: hidden))
        try [UInt8](repeating: 7, count: 4096).withUnsafeBytes { try upload.write([$0]) }
        let object = try upload.seal()
        guard try store.objects(under: folder).allSatisfy({ $0.key != visible }) else {
            return report.add(subject, .fail, "'\(path)': a file under way can be seen before it is finished")
        }
        guard try store.publish(object) == .published, try store.digest(of: visible) == object.digest else {
            return report.add(subject, .fail, "'\(path)': a file that was written is not there as it was written")
        }
        report.add(subject, .ok, "\(path): of two writers one wins, files under way are invisible, links hold")
        checkClock(store.path(of: record), &report)
        checkRoom(&report)
    }

    private func checkClock(_ file: String, _ report: inout DoctorReport) {
        var status = stat()
        guard stat(file, &status) == 0 else { return }
        let written = Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
        let difference = written - Double(SystemWallClock().unixMicroseconds) / 1e6
        guard abs(difference) > 30 else { return }
        report.add(
            subject, .warn,
            "the clock of whoever keeps the files is \(NumberText.duration(abs(difference))) "
                + (difference < 0 ? "behind" : "ahead of") + " this machine's",
            remedy: "Leases go by the store's clock alone, so nothing breaks; set one of the two right all the same.")
    }

    private func checkRoom(_ report: inout DoctorReport) {
        var room = statvfs()
        guard statvfs(path, &room) == 0 else { return }
        let free = Int(room.f_bavail) * Int(room.f_frsize)
        if free < Self.littleRoom || room.f_files > 0 && room.f_favail < 1000 {
            report.add(
                subject, .warn,
                "only \(NumberText.bytes(free)) and \(NumberText.grouped(Int(room.f_favail))) files are free",
                remedy: "A load that runs out of room is undone whole; make room, or move the lake.")
        } else {
            report.add(subject, .ok, "\(NumberText.bytes(free)) free")
        }
    }
}
