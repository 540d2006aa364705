import Foundation
import Language
import Testing

@testable import Jupyter

@Suite struct KernelspecTests {
    private let prefix = NSTemporaryDirectory() + "/saddle-tests-\(UUID().uuidString)"

    @Test func installationWritesWhatJupyterReadsAndUninstallationRemovesIt() throws {
        let folder = try Kernelspec.install(executable: "/bin/sh", to: .prefix(prefix))
        #expect(folder == prefix + "/share/jupyter/kernels/saddle")
        let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/kernel.json"))
        let spec = try #require(
            try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(
            spec["argv"] as? [String]
                == ["/bin/sh", "kernel", "--connection-file", "{connection_file}"])
        #expect(spec["language"] as? String == "saddle")
        #expect(spec["display_name"] as? String == "Saddle")
        #expect(spec["interrupt_mode"] as? String == "message")
        #expect(spec["kernel_protocol_version"] as? String == "5.5")
        let metadata = spec["metadata"] as? [String: Any]
        #expect(metadata?["supported_encryption"] as? [String] == ["curve"])
        for (name, size) in [("logo-32x32.png", 32), ("logo-64x64.png", 64)] {
            let bytes = try File.read(folder + "/" + name)
            #expect(bytes.starts(with: [137, 80, 78, 71, 13, 10, 26, 10]))
            #expect(Int(bytes[19]) == size && Int(bytes[23]) == size)
        }
        let svg = String(decoding: try File.read(folder + "/logo-svg.svg"), as: UTF8.self)
        #expect(svg.hasPrefix("<svg"))

        try Kernelspec.install(executable: "/bin/sh", to: .prefix(prefix))
        #expect(try Kernelspec.uninstall(from: .prefix(prefix)) == folder)
        #expect(!FileManager.default.fileExists(atPath: folder))
        #expect(throws: Kernelspec.Fault.self) { try Kernelspec.uninstall(from: .prefix(prefix)) }
    }

    @Test func aForeignFileInTheFolderStays() throws {
        let folder = try Kernelspec.install(executable: "/bin/sh", to: .prefix(prefix))
        try File.write([1], to: folder + "/mine")
        try Kernelspec.uninstall(from: .prefix(prefix))
        #expect(try File.read(folder + "/mine") == [1])
    }

    @Test func whatCannotBeDoneIsSaid() {
        #expect(throws: Kernelspec.Fault.self) {
            try Kernelspec.install(executable: "/no/such/program", to: .prefix(prefix))
        }
        #expect(throws: Kernelspec.Fault.self) {
            try Kernelspec.install(executable: "/bin/sh", to: .prefix("/proc/none"))
        }
    }

    @Test func theThreePlacesAreJupytersOwn() throws {
        #expect(
            try Kernelspec.folder(in: .system) == "/usr/local/share/jupyter/kernels/saddle")
        #expect(try Kernelspec.folder(in: .user).hasSuffix("/kernels/saddle"))
    }
}
