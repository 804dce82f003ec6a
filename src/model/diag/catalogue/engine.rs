//! Codes of the engine: state and pins (E0801-E0819), the plan and what it refuses (E0820-E0899), AWS and the run (E09xx).

super::codes! {
    STATE_HELD = "E0801" "state-held" {
        "Another run holds the lock of this stack's state. Two runs at once would each change what the other has planned. A run that has died holds nothing: the lock of a local state goes with its process."
    }
    STATE_DAMAGED = "E0802" "state-damaged" {
        "A file of the state does not read as it was written: a checksum does not fit, or a record is missing before others. A crash does not do that; a change by hand, a merge or a failing disk does. Nothing was overwritten. Restore the folder from a copy, or move it aside and let `wcalang recover` rebuild it from the ownership tags."
    }
    STATE_NEWER = "E0803" "state-of-newer-version" {
        "The state was written by a newer version of wcalang in a format that this one does not know. It is never read half: use that version or a later one."
    }
    STATE_NOT_ACCESSIBLE = "E0804" "state-not-accessible" {
        "The machine refused to read or write a file of the state. Nothing is sent to AWS that could not be recorded first; once the cause is mended, the same command goes on from what is recorded."
    }
    STATE_TORN = "E0805" "torn-journal" {
        "The journal ended in a record that was never completed: an earlier run was cut off while it wrote. Nothing had relied on that record, so it is cut, and what was cut is kept in `journal.torn`."
    }
    SECRETS_UNKNOWN = "E0806" "digest-key-missing" {
        "The state holds digests of secrets, and the key of these digests (`digest.key`) is not there. Whether a secret changed cannot be told, so nothing is rotated unasked. Restore the key's file if you can; otherwise the next apply makes a new one."
    }
    STATE_UNSETTLED = "E0807" "unsettled-intent" {
        "An earlier run was cut off between asking AWS to make a resource and hearing its identity. It may have been made; only the token that is recorded for it finds it. Nothing else is begun at its address until that is settled, which the next apply does first."
    }
    PINS_DAMAGED = "E0810" "lock-file-damaged" {
        "The lock file beside the stack does not read. It is JSON that `wcalang lock` and `wcalang apply` write; a merge may have left conflict markers in it. Mend it, or take the version of one side from git and run `wcalang lock`. Allocated address blocks stand in it too, so do not delete it while the stack stands."
    }
    PINS_NEWER = "E0811" "lock-file-of-newer-version" {
        "The lock file was written by a newer version of wcalang in a format that this one does not know. Use that version or a later one."
    }
    PINS_NOT_ACCESSIBLE = "E0812" "lock-file-not-accessible" {
        "The machine refused to read or write the lock file beside the stack."
    }
}
