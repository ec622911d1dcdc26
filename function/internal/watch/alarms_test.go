package watch

import (
	"slices"
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

// all are the alarms of a claim by name.
func all(s *stack.Stack) map[string]plan.Alarm {
	out := map[string]plan.Alarm{}
	here, edge := alarmsAt(s, plan.New(s))
	for _, a := range append(here, edge...) {
		out[a.Name] = a
	}
	return out
}

// TestOutageInFrontOfTheBalancerPages: a request that CloudFront cannot hand on reaches no
// load balancer and no task, so only CloudFront's own metric counts it.
func TestOutageInFrontOfTheBalancerPages(t *testing.T) {
	a, ok := all(newStack(t, 0))["edge-5xx"]
	if !ok || !a.Critical {
		t.Fatalf("no critical alarm watches CloudFront: %+v", a)
	}
	for _, q := range a.Expression {
		if q.Metric != nil && q.Metric.Namespace != "AWS/CloudFront" {
			t.Errorf("the alarm depends on %s, which has no values in such an outage", q.Metric.Namespace)
		}
	}
}

// TestServiceWithoutTasksIsAnOutage: Container Insights sends nothing for such a service.
func TestServiceWithoutTasksIsAnOutage(t *testing.T) {
	s := newStack(t, 0)
	s.Claim.Spec.Backend.Scaling.Min = 3
	a := all(s)["backend-tasks"]
	if a.MissingData != plan.MissingIsBad || !a.Threshold.Below || a.Threshold.Value != 3 {
		t.Errorf("the alarm does not fire without a task: %+v", a)
	}
	if len(a.After) != 1 || a.After[0] != keys.Service("backend") {
		t.Errorf("the alarm of a new claim fires before its service exists: %v", a.After)
	}
}

func TestBackupAlarms(t *testing.T) {
	cases := map[string]struct {
		reason       string
		years        int32
		copies       bool
		jobs, copied bool
	}{
		"NoArchive":  {reason: "There are no jobs.", copies: true},
		"Archive":    {reason: "A job may fail.", years: 1, jobs: true},
		"WithCopies": {reason: "The copy is a job of its own.", years: 1, copies: true, jobs: true, copied: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s := newStack(t, 0)
			s.Claim.Spec.Backup.ArchiveYears = tc.years
			if tc.copies {
				s.Claim.Spec.Backup.CopyTo = &v1alpha1.BackupCopy{Region: "eu-central-1"}
			}
			got := all(s)
			if ok := counts(got["backup-jobs"], "BackupJobsFailed", "BackupJobsAborted",
				"BackupJobsExpired"); ok != tc.jobs {
				t.Errorf("%s backup-jobs: %v, want %v", tc.reason, ok, tc.jobs)
			}
			if ok := counts(got["backup-copies"], "CopyJobsFailed"); ok != tc.copied {
				t.Errorf("%s backup-copies: %v, want %v", tc.reason, ok, tc.copied)
			}
		})
	}
}

// counts tells whether one job of each sort makes an alarm fire.
func counts(a plan.Alarm, sorts ...string) bool {
	sum := ""
	for _, q := range a.Expression {
		if q.Result {
			sum = q.Formula
		}
	}
	return len(a.Expression) > 0 && a.Threshold.Value == 0 && !slices.ContainsFunc(sorts, func(sort string) bool {
		return !slices.ContainsFunc(a.Expression, func(q plan.Query) bool {
			return q.Metric != nil && q.Metric.Name == "NumberOf"+sort && strings.Contains(sum, "FILL("+q.ID+", 0)")
		})
	})
}

// TestCriticalNamesAlarmsThatExist: AWS refuses the whole rule for one name that it does not
// know. A claim that lives when Kasha gets a new alarm must not lose its critical alarm.
func TestCriticalNamesAlarmsThatExist(t *testing.T) {
	rule := func(text string) stacktest.Object {
		return stacktest.Object{"spec": map[string]any{"forProvider": map[string]any{"alarmRule": text}}}
	}
	const old, edge = `ALARM("shop-x-public-5xx")`, "edge-5xx"
	named := `ALARM("` + newStack(t, 0).Name(edge, plan.LimitAlarm) + `")`
	cases := map[string]struct {
		reason   string
		region   string
		critical stack.Observed
		ready    bool
		want     bool
	}{
		"New":     {reason: "A new critical alarm waits for the others.", region: "us-east-1", want: true},
		"Missing": {reason: "The new alarm does not exist yet.", region: "us-east-1", critical: rule(old)},
		"Created": {"Now it does.", "us-east-1", rule(old), true, true},
		"Unready": {
			"An alarm that was in the rule stays in it.", "us-east-1", rule(old + " OR " + named), false, true,
		},
		"Elsewhere": {
			"A composite alarm cannot name an alarm of another region.", "eu-west-1", rule(old), true, false,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			observed := map[stack.Key]stack.Observed{}
			if tc.critical != nil {
				observed[keys.Alarm("critical")] = tc.critical
			}
			c := newStack(t, 0).Claim
			c.Spec.Region = tc.region
			s := stack.New(stack.Input{
				Claim: c, Scheme: kinds.Scheme, Observed: observed,
				Ready: func(k stack.Key) bool { return tc.ready && k == keys.Alarm(edge) },
			})
			alarms(s, plan.New(s))
			if got := strings.Contains(ruleOf(t, s), named); got != tc.want {
				t.Errorf("%s\nthe rule names %s: %v, want %v", tc.reason, edge, got, tc.want)
			}
		})
	}
}

// ruleOf is the rule that the critical alarm has or would have.
func ruleOf(t *testing.T, s *stack.Stack) string {
	t.Helper()
	rs, err := s.Resources()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rs {
		if r.Key != keys.Alarm("critical") {
			continue
		}
		if r.Object != nil {
			text, _ := stack.Text(stacktest.Object(r.Object), "spec", "forProvider", "alarmRule")
			return text
		}
		var names []string
		for _, k := range r.Needs() {
			names = append(names, `ALARM("`+s.Name(strings.TrimPrefix(string(k), "alarm-"), plan.LimitAlarm)+`")`)
		}
		return strings.Join(names, " OR ")
	}
	t.Fatal("there is no critical alarm")
	return ""
}
