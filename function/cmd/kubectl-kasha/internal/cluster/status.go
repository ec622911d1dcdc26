package cluster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/judge"
)

// A Status is how far a claim is.
type Status struct {
	Claim     string    `json:"claim"`
	Ready     bool      `json:"ready"`
	Health    string    `json:"health,omitempty"`
	Refused   string    `json:"refused,omitempty"`
	URL       string    `json:"url,omitempty"`
	TotalUSD  string    `json:"totalUSD,omitempty"`
	AtRestUSD string    `json:"atRestUSD,omitempty"`
	Created   time.Time `json:"created"`
	Working   int       `json:"working"`
	Resources int       `json:"resources"`
	Rollout   *Tier     `json:"rollout,omitempty"`
	Tiers     []Tier    `json:"tiers"`
	Services  []Service `json:"services,omitempty"`
	Warnings  []string  `json:"warnings,omitempty"`
}

// A Tier is a condition of a claim, and what it waits for.
type Tier struct {
	Name    string `json:"name"`
	Ready   bool   `json:"ready"`
	Reason  string `json:"reason"`
	Message string `json:"message,omitempty"`
	// Seconds since the condition last changed.
	Seconds int64  `json:"seconds"`
	Working int    `json:"working"`
	Total   int    `json:"total"`
	Waits   []Wait `json:"waits,omitempty"`
}

// A Wait is a resource that does not work yet.
type Wait struct {
	Key     string `json:"key"`
	Kind    string `json:"kind"`
	Object  string `json:"object"`
	State   string `json:"state"`
	Message string `json:"message,omitempty"`
	// Seconds since the object was created, and how long that usually takes.
	Seconds  int64  `json:"seconds"`
	Expected string `json:"expected,omitempty"`
	Late     bool   `json:"late,omitempty"`
}

// A Service is a service of a claim.
type Service struct {
	Name  string `json:"name"`
	Image string `json:"image,omitempty"`
	Tasks *int32 `json:"tasks,omitempty"`
	URL   string `json:"url,omitempty"`
}

// expected is how long a kind usually takes, in minutes: docs/troubleshooting.md has the same times, and
// docs/known-issues.md those that the provider adds.
var expected = map[string][2]int{
	"rds/Instance":              {10, 20},
	"rds/Proxy":                 {5, 15},
	"cloudfront/Distribution":   {5, 10},
	"cloudfront/VPCOrigin":      {5, 15},
	"acm/CertificateValidation": {2, 30},
	"ec2/NATGateway":            {2, 4},
	"ec2/VPCEndpoint":           {2, 5},
	"ecs/Service":               {2, 6},
	"elbv2/LB":                  {2, 5},
	"lambda/Invocation":         {1, 10},
}

// usual is how long any other kind takes at most.
const usual = 5 * time.Minute

// Of is the status of a claim that was read with its resources.
func Of(c *Claim, now time.Time) *Status {
	s := &Status{
		Claim: c.GetNamespace() + "/" + c.GetName(), Health: c.Status.Health, URL: c.Status.Endpoints.URL,
		TotalUSD: c.Status.Cost.TotalUSD, AtRestUSD: c.Status.Cost.MonthlyUSD, Created: c.GetCreationTimestamp().Time,
		Warnings: slices.Concat(c.Status.Warnings, c.Status.LastChange.Warnings), Resources: len(c.Resources),
	}
	conditions := Conditions(c.Object)
	if synced := conditions["Synced"]; synced.Status == metav1.ConditionFalse {
		s.Refused = synced.Message
	}
	s.Ready = conditions["Ready"].Status == metav1.ConditionTrue && s.Refused == ""
	for _, name := range append(slices.Clone(v1alpha1.TierConditions), v1alpha1.ConditionRollout) {
		condition, ok := conditions[name]
		if !ok {
			continue
		}
		t := tierOf(name, condition, c, now)
		if name == v1alpha1.ConditionRollout {
			s.Rollout = &t
			continue
		}
		s.Tiers = append(s.Tiers, t)
	}
	for _, r := range c.Resources {
		if r.Verdict.State == judge.Working {
			s.Working++
		}
	}
	for _, v := range c.Status.Services {
		s.Services = append(s.Services, Service{v.Name, v.Image, v.Tasks, v.URL})
	}
	return s
}

// Conditions of an object by their type.
func Conditions(o *unstructured.Unstructured) map[string]metav1.Condition {
	list, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	out := map[string]metav1.Condition{}
	for _, e := range list {
		m, _ := e.(map[string]any)
		text := func(field string) string { t, _ := m[field].(string); return t }
		at, _ := time.Parse(time.RFC3339, text("lastTransitionTime"))
		out[text("type")] = metav1.Condition{
			Type: text("type"), Status: metav1.ConditionStatus(text("status")), Reason: text("reason"),
			Message: text("message"), LastTransitionTime: metav1.NewTime(at),
		}
	}
	return out
}

func tierOf(name string, condition metav1.Condition, c *Claim, now time.Time) Tier {
	t := Tier{
		Name: strings.TrimSuffix(name, "Ready"), Ready: condition.Status == metav1.ConditionTrue,
		Reason: condition.Reason, Message: condition.Message, Seconds: since(condition.LastTransitionTime.Time, now),
	}
	if name == v1alpha1.ConditionRollout {
		t.Name = "Rollout"
		return t
	}
	for _, r := range c.Resources {
		if !strings.EqualFold(r.Tier, t.Name) {
			continue
		}
		t.Total++
		if r.Verdict.State == judge.Working {
			t.Working++
			continue
		}
		t.Waits = append(t.Waits, waitOf(r, now))
	}
	// What failed comes first, and then what has taken longest.
	slices.SortStableFunc(t.Waits, func(a, b Wait) int {
		return cmp.Or(cmp.Compare(failed(b), failed(a)), cmp.Compare(b.Seconds, a.Seconds))
	})
	return t
}

func failed(w Wait) int {
	if w.State == states[judge.Failing] {
		return 1
	}
	return 0
}

var states = map[judge.State]string{
	judge.Absent: "Absent", judge.Working: "Available", judge.Creating: "Creating", judge.Failing: "Failed",
	judge.Deleting: "Deleting",
}

func waitOf(r Resource, now time.Time) Wait {
	w := Wait{
		Key: r.Key, Kind: r.Kind, Object: r.GetName(), State: states[r.Verdict.State], Message: r.Verdict.Message,
		Seconds: since(r.GetCreationTimestamp().Time, now),
	}
	most := usual
	if e, ok := expected[r.Kind]; ok {
		w.Expected = fmt.Sprintf("%d to %d minutes", e[0], e[1])
		most = time.Duration(e[1]) * time.Minute
	}
	w.Late = r.Verdict.State == judge.Creating && time.Duration(w.Seconds)*time.Second > most
	return w
}

func since(at, now time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return max(0, int64(now.Sub(at)/time.Second))
}

// Age is a number of seconds for a person: 42s, 7m, 3h, 5d.
func Age(seconds int64) string {
	switch {
	case seconds < 60:
		return fmt.Sprintf("%ds", seconds)
	case seconds < 2*60*60:
		return fmt.Sprintf("%dm", seconds/60)
	case seconds < 2*24*60*60:
		return fmt.Sprintf("%dh", seconds/60/60)
	}
	return fmt.Sprintf("%dd", seconds/60/60/24)
}
