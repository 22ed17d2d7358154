// swift-tools-version: 6.2
import PackageDescription

// `swift run` and `swift test` build the debug configuration; the numeric code must run at full
// speed there too, so every target asks for -O itself (the last -O on the command line wins).
// KEEL_CHECKED=1 leaves it out, for a slow run with every debug assertion on.
let checked = Context.environment["KEEL_CHECKED"] != nil
let optimise: [SwiftSetting] =
  checked ? [] : [.unsafeFlags(["-O"], .when(configuration: .debug))]
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// The shared kernel sources compiled for one instruction set.
///
/// The folder holds symbolic links into Sources/Kernels/Shared: pointer loops only, no generics or
/// arrays of the standard library, whose specialisations the linker could merge across sets.
func kernels(_ name: String, folder: String, _ flags: [String]) -> Target {
  .target(
    name: name, dependencies: ["CPUFeatures", "KernelInterface"],
    path: "Sources/Kernels/\(folder)",
    swiftSettings: strict + [.unsafeFlags(["-O"] + flags)])
}

#if arch(x86_64)
  let kernelTargets: [Target] = [
    kernels("KernelsBase", folder: "Base", []),
    kernels("KernelsV3", folder: "V3", ["-Xcc", "-march=x86-64-v3", "-DFMA", "-DAVX2"]),
    kernels(
      "KernelsV4", folder: "V4",
      ["-Xcc", "-march=x86-64-v4", "-Xcc", "-mprefer-vector-width=512", "-DFMA", "-DAVX512"]),
  ]
#else
  let kernelTargets: [Target] = [kernels("KernelsBase", folder: "Base", ["-DFMA"])]
#endif

/// Cross-checks of the matrix product against the system's OpenBLAS, under the trait of that name.
let openBLAS: [Target.Dependency] = [
  .target(name: "COpenBLAS", condition: .when(traits: ["OpenBLAS"]))
]

let package = Package(
  name: "Keel",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "train", targets: ["TrainCommand"]),
    .executable(name: "bench", targets: ["Bench"]),
    .library(name: "Autodiff", targets: ["Autodiff"]),
    .library(name: "Finance", targets: ["Finance"]),
    .library(name: "Layers", targets: ["Layers"]),
    .library(name: "Train", targets: ["Train"]),
  ],
  traits: [
    .trait(name: "OpenBLAS", description: "Tests and bench compare with the system's OpenBLAS"),
    .trait(name: "SinglePrecision", description: "Scalar is Float instead of Double"),
  ],
  targets: kernelTargets + [
    .target(
      name: "KernelInterface", path: "Sources/Kernels/Interface", swiftSettings: strict + optimise),
    .target(
      name: "CPUFeatures", path: "Sources/Kernels/CPUFeatures",
      cSettings: [.unsafeFlags(["-O2"])]),
    .systemLibrary(
      name: "COpenBLAS", path: "Sources/Kernels/OpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .target(
      name: "Kernels",
      dependencies: ["CPUFeatures", "KernelInterface"]
        + kernelTargets.map { .target(name: $0.name) },
      path: "Sources/Kernels/Dispatch", swiftSettings: strict + optimise),
    .target(
      name: "Autodiff", dependencies: ["CPUFeatures", "Kernels"], swiftSettings: strict + optimise),
    .target(
      name: "Finance", dependencies: ["Autodiff", "Kernels"], swiftSettings: strict + optimise),
    .target(
      name: "Layers", dependencies: ["Autodiff", "Finance", "Kernels"],
      swiftSettings: strict + optimise),
    .target(
      name: "Train",
      dependencies: ["Autodiff", "Finance", "KernelInterface", "Kernels", "Layers"],
      swiftSettings: strict + optimise),
    .executableTarget(
      name: "TrainCommand", dependencies: ["Train"], swiftSettings: strict + optimise),
    .target(
      name: "AllocationCounter", path: "Sources/Bench/AllocationCounter",
      cSettings: [.unsafeFlags(["-O2"])]),
    .executableTarget(
      name: "Bench",
      dependencies: [
        "AllocationCounter", "Autodiff", "Finance", "KernelInterface", "Kernels", "Layers", "Train",
      ] + openBLAS,
      exclude: ["AllocationCounter"], swiftSettings: strict + optimise),
    .target(
      name: "TestSupport", dependencies: ["Autodiff"], path: "Tests/TestSupport",
      swiftSettings: strict + optimise),
    .testTarget(
      name: "KernelsTests", dependencies: ["Kernels", "KernelInterface", "Autodiff"] + openBLAS,
      swiftSettings: strict + optimise),
    .testTarget(
      name: "AutodiffTests", dependencies: ["Autodiff", "Kernels", "TestSupport"],
      swiftSettings: strict + optimise),
    .testTarget(
      name: "FinanceTests", dependencies: ["Autodiff", "Finance", "TestSupport"],
      swiftSettings: strict + optimise),
    .testTarget(
      name: "LayersTests", dependencies: ["Autodiff", "Finance", "Layers", "TestSupport"],
      swiftSettings: strict + optimise),
    .testTarget(
      name: "TrainTests", dependencies: ["Autodiff", "Finance", "Layers", "Train", "TestSupport"],
      swiftSettings: strict + optimise),
  ]
)
