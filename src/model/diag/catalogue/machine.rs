//! Codes of the machine: files, arguments, configuration.

super::codes! {
    UNREADABLE_FILE = "E0701" "unreadable-file" {
        "The file cannot be read: it is missing, a folder, or not readable by this user."
    }
    NOT_TEXT_FILE = "E0702" "file-of-no-text" {
        "The file is not UTF-8 text, so it is no wcalang program. The help says at which byte that shows."
    }
    EMPTY_FILE = "E0703" "empty-file" {
        "The file has no program in it. `wcalang init` writes a first one."
    }
    BAD_ARGUMENT = "E0704" "unsuitable-argument" {
        "An argument of the command line is not what the command wants."
    }
    NO_SANDBOX = "E0705" "no-sandbox" {
        "The sandbox, a local emulator of AWS, cannot be started. It needs python3 with the module venv, and fetches its packages once."
    }
    UNWRITABLE_FILE = "E0706" "unwritable-file" {
        "The file cannot be written."
    }
    NO_CALLS = "E0707" "no-aws-in-this-build" {
        "This build was made without the AWS SDK: it can check, format, evaluate and explain, but not plan or apply."
    }
    NOTHING_KNOWN = "E0708" "nothing-of-that-name" {
        "There is no kind, module, function, lookup, address or code of this name."
    }
}
