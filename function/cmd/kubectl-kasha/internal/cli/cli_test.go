package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/console"
)

const examples = "../../../../../examples/"

// run a command as a user does, and return its output, its errors and its exit code.
func run(t *testing.T, stdin string, args ...string) (out, errs string, code int) {
	t.Helper()
	return runIn(t, nil, stdin, args...)
}

// runIn is run with an App that the test has changed.
func runIn(t *testing.T, change func(*App), stdin string, args ...string) (out, errs string, code int) {
	t.Helper()
	var o, e bytes.Buffer
	a := New(&console.Console{In: strings.NewReader(stdin), Out: &o, Err: &e}, "v0.0.0-test")
	if change != nil {
		change(a)
	}
	code = Run(t.Context(), a, append([]string{"/usr/local/bin/kubectl-kasha"}, args...))
	return o.String(), e.String(), code
}

// write a file for a command.
func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestCalled: the help shows the words that a user types.
func TestCalled(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/usr/local/bin/kubectl-kasha": "kubectl kasha", "kubectl-kasha.exe": "kubectl kasha", "./kasha": "kasha",
	} {
		if got := called(path); got != want {
			t.Errorf("%s is called %q, want %q", path, got, want)
		}
	}
	out, _, _ := run(t, "", "help", "validate")
	if !strings.Contains(out, "kubectl kasha validate FILE") {
		t.Errorf("the help shows another command:\n%s", out)
	}
}

// TestExitCodes: scripts can tell what happened.
func TestExitCodes(t *testing.T) {
	t.Parallel()
	minimal := examples + "minimal.yaml"
	bad := write(t, "bad.yaml", strings.Replace(read(t, minimal), "writablePaths", "writeablePaths", 1))
	// The function refuses what the schema cannot: two services on the same path.
	clash := write(t, "clash.yaml", strings.Replace(read(t, examples+"services.yaml"), "[/search, /search/*]",
		"[/api, /api/*]", 1))
	more := write(t, "more.yaml", read(t, minimal)+"    cpu: 2048\n    memory: 4096\n")
	cases := map[string]struct {
		args []string
		code int
		says string
	}{
		"Valid":          {[]string{"validate", minimal}, console.OK, "is valid"},
		"NotAccepted":    {[]string{"validate", bad}, console.No, "did you mean writablePaths?"},
		"Refused":        {[]string{"validate", clash}, console.No, "the function would refuse it"},
		"RefusedRender":  {[]string{"render", clash}, console.No, "the function would refuse it"},
		"NoFile":         {[]string{"validate", "nothing.yaml"}, console.Usage, "there is no file nothing.yaml"},
		"NoArgument":     {[]string{"validate"}, console.Usage, "accepts 1 arg(s)"},
		"UnknownCommand": {[]string{"validat", minimal}, console.Usage, "validat"},
		"UnknownFlag":    {[]string{"validate", "--strict", minimal}, console.Usage, "--strict"},
		"UnknownFormat":  {[]string{"validate", "-o", "xml", minimal}, console.Usage, "use text, json, yaml"},
		"UnknownField":   {[]string{"explain", "backend.imag"}, console.NotFound, "did you mean spec.backend.image?"},
		"Same":           {[]string{"diff", "--exit-code", "--base", minimal, minimal}, console.OK, "No resource"},
		"Differs": {
			[]string{"diff", "--exit-code", "--base", minimal, more},
			console.No, "to change",
		},
		"NoBase": {[]string{"diff", "--base", "no-such-revision", minimal}, console.Usage, "neither a file nor a git"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out, errs, code := run(t, "", tc.args...)
			if code != tc.code || !strings.Contains(out+errs, tc.says) {
				t.Errorf("ends with %d, want %d and %q:\n%s%s", code, tc.code, tc.says, out, errs)
			}
		})
	}
}

// TestCompletion: the shell completes fields, files and formats.
func TestCompletion(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"explain", "backend.scaling.m"}, "backend.scaling.max\t"},
		{[]string{"explain", "spec.que"}, "spec.queues\t"},
		{[]string{"validate", ""}, "yaml\n"},
		{[]string{"validate", "-o", "j"}, "json"},
	} {
		out, errs, code := run(t, "", append([]string{"__complete"}, tc.args...)...)
		if code != 0 || !strings.Contains(out, tc.want) {
			t.Errorf("%v completes to %q, %s; want %q", tc.args, out, errs, tc.want)
		}
	}
}
