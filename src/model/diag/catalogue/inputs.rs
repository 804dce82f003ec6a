//! Codes of inputs and lookups.

super::codes! {
    UNDECLARED_INPUT = "E0601" "undeclared-input" {
        "The file declares no input of this name. Inputs are the arguments of the function that the file is."
    }
    MISSING_INPUT = "E0602" "missing-input" {
        "Inputs without a default must be given: with `--var name=value`, in a file of `--vars`, as `WCALANG_VAR_name`, or at the prompt of a terminal."
    }
    BAD_INPUT = "E0603" "bad-input" {
        "The value given for an input is not what the file declares."
    }
}
