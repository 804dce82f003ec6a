//! Codes of the engine: state and pins (E0801-E0819), the plan and what it refuses (E0820-E0899), AWS and the run (E09xx).

super::codes! {
    STATE_HELD = "E0801" "state-held" {
        "Another run holds the lock of this stack's state. Two runs at once would each change what the other has planned. A run that has died holds nothing: the lock of a local state goes with its process."
    }
    STATE_DAMAGED = "E0802" "state-damaged" {
        "A file of the state does not read as it was written: a checksum does not fit, or a record is missing before others. A crash does not do that; a change by hand, a merge or a failing disk does. Nothing was overwritten. Restore the folder from a copy. Where there is none, keep what is left: this version cannot rebuild a state, but what the stack made carries the tags `wca:stack` and `wca:address`, so it can be found."
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
    STATE_LOST = "E0808" "state-lost" {
"Nothing is recorded of this stack, and the account has resources that carry its ownership tag `wca:stack`. Either its state was lost, or another stack has the same name. Nothing was touched: a second set of resources would be made beside the first."
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
    BLOCK_MOVES = "E0813" "allocated-block-moves" {
        "A block of addresses that was allocated, and is pinned in the lock file, no longer fits what the file asks for: its tier has another `prefix` now, or the network another `cidr`. A new block is allocated, and what stands in the old one will be replaced, which the plan shows. To keep it, take the change back, or give the tier its `cidrs`."
    }
    PLAN_STALE = "E0815" "stale-plan" {
"Something has moved since the plan was saved: the file, the lock file, the state, a secret, or the cloud itself. Nothing was changed. \
Make the plan again with `wcalang plan --out FILE`, read it, and apply that."
    }
    PLAN_UNREADABLE = "E0816" "unreadable-plan" {
"The file is no plan that this version of wcalang can apply: it was made by another version, or was changed. Make it again."
    }
    DESTRUCTION_REFUSED = "E0821" "destruction-without-leave" {
"A protected resource, or one that holds data, would be destroyed or replaced. Nothing was touched. Where it may really go, say so: \
with its address in `removed = [ \"kind/name\" ];` of the stack, or with `--allow-destroy kind/name` on the command line. \
`destroy` refuses protected resources only, and `removed` does not speak for it."
    }
    SECRET_NOT_GIVEN = "E0822" "secret-not-given" {
"A resource that will be made needs a secret input. A secret that is recorded already may be left out, which means \"unchanged\"; \
a create needs it. Give it with `--var name=value`, `--vars FILE`, or in the environment as `WCALANG_VAR_name`."
    }
    REFERENCE_CYCLE = "E0823" "circle-of-resources" {
"Resources refer to each other in a circle, so none of them can be made first. Break it by giving one of them its reference in a \
resource of its own, as security groups do with their rules."
    }
    UNKNOWN_RECORDED_KIND = "E0824" "unknown-kind-in-state" {
"The state records a resource of a kind that this version does not know. A newer version of wcalang made it; use that one."
    }
    UNREADABLE_FIELD = "E0825" "field-that-does-not-fit" {
"A field's value, once its references were resolved, is not what the kind takes. The message says which field and what is wanted."
    }
    NO_CLOUD = "E0831" "cloud-not-reached" {
        "Nothing answers where AWS should be, or it does not accept the credentials of this run. Nothing was changed."
    }
    WRONG_ACCOUNT = "E0832" "wrong-account" {
        "The stack belongs to one account, and the credentials of this run are those of another. The account is pinned by `account` of the stack, or by the first apply in the lock file."
    }
    LOOKUP_UNANSWERED = "E0833" "lookup-without-answer" {
        "What the file looks up does not exist in this account and region, or AWS did not answer."
    }
    STORE_MISSING = "E0834" "store-not-supported" {
        "This version keeps state beside the file only."
    }
    STEP_FAILED = "E0901" "step-failed" {
"AWS refused or could not do a step of the run. What depends on it was not started; everything else was finished and is recorded. \
Mend the cause and run `apply` again: it goes on from there."
    }
    NAME_TAKEN = "E0902" "name-taken" {
"Something of this name exists and is not this stack's: it does not carry the ownership tags of this address. Rename the resource, \
or delete the other one: this version does not adopt what exists."
    }
    STATE_NOT_WRITTEN = "E0903" "state-not-written" {
"The state could not be written, so the run stopped: nothing is sent that is not recorded first. What was under way is settled by \
the next `apply`."
    }
}
