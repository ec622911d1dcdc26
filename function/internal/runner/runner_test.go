package runner

import (
	"encoding/json"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

// TestProgram runs the tests of the program, which are in Python like it.
func TestProgram(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3 to test the program with")
	}
	out, err := exec.Command(python, "-B", "test_runner.py", "-v").CombinedOutput()
	if err != nil {
		t.Errorf("the program fails its tests: %v\n%s", err, out)
	}
	if n := strings.Count(string(out), "... ok"); n < 20 {
		t.Errorf("only %d tests have run:\n%s", n, out)
	}
}

// TestSourceFits: CloudFormation takes a template of 51,200 bytes, which has the program in JSON and little else. The
// provider evaluates what looks like a call of Terraform's.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
func TestSourceFits(t *testing.T) {
	if n := len(Source); n < 1000 || n > 16_000 {
		t.Errorf("the program has %d bytes", n)
	}
	if m := regexp.MustCompile(`\$\{|⟦|[^\x00-\x7f]`).FindString(Source); m != "" {
		t.Errorf("the program has %q, which the provider or Kasha would replace", m)
	}
}

func observed(t *testing.T, text string) stacktest.Object {
	t.Helper()
	var o stacktest.Object
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestAnswers(t *testing.T) {
	for name, tc := range map[string]struct {
		status string
		want   Answer
		ok     bool
	}{
		"None":     {`{}`, Answer{}, false},
		"Empty":    {`{"atProvider":{"result":""}}`, Answer{}, false},
		"NoJSON":   {`{"atProvider":{"result":"null and void"}}`, Answer{}, false},
		"NoStatus": {`{"atProvider":{"result":"{\"task\":\"arn\"}"}}`, Answer{}, false},
		"Running":  {`{"atProvider":{"result":"{\"status\":\"RUNNING\"}"}}`, Answer{Status: Running}, true},
		"Failed": {
			`{"atProvider":{"result":"{\"status\":\"FAILED\",\"exitCode\":3,\"reason\":\"r\",\"until\":7}"}}`,
			Answer{Status: Failed, ExitCode: ptr.To(int32(3)), Reason: "r"}, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := AnswerOf(observed(t, `{"status":`+tc.status+`}`))
			if diff := cmp.Diff(tc.want, got); diff != "" || ok != tc.ok {
				t.Errorf("answered %v (-want +got):\n%s", ok, diff)
			}
		})
	}
	// An object that is being deleted may be of an earlier call under the same key.
	gone := `{"metadata":{"deletionTimestamp":"2026-01-02T03:04:05Z"},` +
		`"status":{"atProvider":{"result":"{\"status\":\"FAILED\"}"}}}`
	if _, ok := AnswerOf(observed(t, gone)); ok {
		t.Error("an object that is being deleted answers")
	}
}

func TestRefused(t *testing.T) {
	for conditions, want := range map[string]bool{
		`[]`: false,
		`[{"type":"LastAsyncOperation","status":"True"},{"type":"Synced","status":"False"}]`: false,
		`[{"type":"Ready","status":"False"},{"type":"LastAsyncOperation","status":"False"}]`: true,
	} {
		if got := Refused(observed(t, `{"status":{"conditions":`+conditions+`}}`)); got != want {
			t.Errorf("%s: refused %v", conditions, got)
		}
	}
}
