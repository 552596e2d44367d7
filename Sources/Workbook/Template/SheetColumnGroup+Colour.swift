/// A group of columns has one colour everywhere: its header cells, its section of the Guide, the legend.
extension SheetColumnSpec.Group {
    /// Dark enough for white letters on it.
    var color: UInt32 {
        switch self {
        case .identity: 0x14324F
        case .selection: 0x0F766E
        case .load: 0x1D4ED8
        case .target: 0x6D28D9
        case .reading: 0x9333A5
        case .api: 0xB45309
        case .run: 0x0E7490
        case .guards: 0xBE185D
        case .people: 0x4D7C0F
        case .layout: 0x57534E
        case .output: 0x4B5563
        case .rule: 0x0F766E
        }
    }

    /// The same colour, light: headers that are links stand on it, which LibreOffice draws in blue whatever their colour.
    var header: UInt32 {
        switch self {
        case .identity: 0xCFDCEA
        case .selection: 0xC7E9E4
        case .load: 0xCFDDFC
        case .target: 0xDFD1F8
        case .reading: 0xEED5F3
        case .api: 0xF8DDBA
        case .run: 0xC5E6EE
        case .guards: 0xF9D0E1
        case .people: 0xDCEBC2
        case .layout: 0xE7E5E4
        case .output: 0xD9DCE1
        case .rule: 0xC7E9E4
        }
    }

    /// The same colour, nearly white.
    var tint: UInt32 {
        switch self {
        case .identity: 0xEEF3F8
        case .selection: 0xECF7F5
        case .load: 0xEEF3FE
        case .target: 0xF5F0FD
        case .reading: 0xF9F0FB
        case .api: 0xFDF5EA
        case .run: 0xEBF6F9
        case .guards: 0xFDF0F5
        case .people: 0xF3F8EA
        case .layout: 0xF5F5F4
        case .output: 0xF3F4F6
        case .rule: 0xECF7F5
        }
    }
}
