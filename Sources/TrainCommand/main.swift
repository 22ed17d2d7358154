internal import Foundation
internal import Train

exit(TrainProgram.run(Array(CommandLine.arguments.dropFirst())))
