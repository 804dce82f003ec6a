//! Codes of inputs and lookups.

super::codes! {
    UNDECLARED_INPUT = "E0601" "undeclared-input" {
        "The file declares no input of this name. Inputs are the arguments of the function that the file is."
        failing "# wcalang check x.wca --var stgae=staging\n{ stage : \"prod\" | \"staging\" ? \"prod\" }: { name = \"x-${stage}\"; region = \"us-west-2\"; resources = [ ]; }\n"
        mended "# wcalang check x.wca --var stage=staging\n{ stage : \"prod\" | \"staging\" ? \"prod\" }: { name = \"x-${stage}\"; region = \"us-west-2\"; resources = [ ]; }\n"
    }
    MISSING_INPUT = "E0602" "missing-input" {
        "Inputs without a default must be given: with `--var name=value`, in a file of `--vars`, as `WCALANG_VAR_name`, or at the prompt of a terminal."
        failing "# wcalang check x.wca\n{ stage : \"prod\" | \"staging\" }: { name = \"x-${stage}\"; region = \"us-west-2\"; resources = [ ]; }\n"
        mended "# wcalang check x.wca --var stage=prod\n{ stage : \"prod\" | \"staging\" }: { name = \"x-${stage}\"; region = \"us-west-2\"; resources = [ ]; }\n"
    }
    BAD_INPUT = "E0603" "bad-input" {
        "The value given for an input is not what the file declares."
        failing "# wcalang check x.wca --var zones=a,b\n{ zones : Int }: { name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = zones; }\n"
        mended "# wcalang check x.wca --var zones=2\n{ zones : Int }: { name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = zones; }\n"
    }
    SAME_NAMES = "E0604" "same-names-in-two-stacks" {
        "Two members of an input are two stacks, since they have other names or other tags, and both would stand in one account and region. There AWS allows a name only once, so the second could not be made. Let the names depend on the input, or the region."
        failing "{ stage : \"prod\" | \"staging\" ? \"prod\" }: { name = \"x-${stage}\"; region = \"us-west-2\"; resources = [ (aws.ecs.Cluster { name = \"x\"; }) ]; }\n"
        mended "{ stage : \"prod\" | \"staging\" ? \"prod\" }: { name = \"x-${stage}\"; region = \"us-west-2\"; resources = [ (aws.ecs.Cluster { name = \"x-${stage}\"; }) ]; }\n"
    }
}
