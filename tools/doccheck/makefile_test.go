package main

import (
	"os/exec"
	"strings"
	"testing"
)

// make ignores a variable that it does not know, and renders the default claim. A user would
// take the output for the claim's.
func TestMakeRefusesWhatItWouldIgnore(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"render", "claim=mine.yaml"}, "cannot use claim=mine.yaml: write CLAIM=mine.yaml"},
		{[]string{"render", "mine.yaml"}, "name a claim with CLAIM, for example make render CLAIM=mine.yaml"},
		{[]string{"mine.yaml"}, "name a claim with CLAIM, for example make render CLAIM=mine.yaml"},
		{[]string{"test", "VERBOSE=1"}, "cannot use VERBOSE=1: it is not a variable of this Makefile"},
		{[]string{"help", "CLAIM=mine.yaml", "GOFLAGS=-a -b=c"}, ""},
		{[]string{"help", "AT=rest", "BASE=HEAD~1"}, ""},
	} {
		cmd := exec.Command("make", append([]string{"-n", "-C", "../.."}, c.args...)...)
		// The variables of the make that runs the tests are not under test.
		cmd.Env = append(cmd.Environ(), "MAKEFLAGS=", "MAKEOVERRIDES=")
		out, err := cmd.CombinedOutput()
		if refused := err != nil; refused != (c.want != "") || !strings.Contains(string(out), c.want) {
			t.Errorf("make %s: %v, and it says %q; want %q", strings.Join(c.args, " "), err, out, c.want)
		}
	}
}
