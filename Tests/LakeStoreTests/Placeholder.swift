import Testing
@testable import LakeStore
