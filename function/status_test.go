package function

import (
	"fmt"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// statusOf is what a status says at a path, as text.
func statusOf(w *simulator.World, path ...string) string {
	return fmt.Sprint(lookup(w.Composite, append([]string{"status"}, path...)...))
}

// TestStatusCounts: the health counts the tiers, whose conditions end in Ready, and the resources are counted as
// Crossplane counts them.
func TestStatusCounts(t *testing.T) {
	w := simulator.New(claim(t, ""))
	for range maxPasses {
		pass(t, w)
		tiers, works, ready := 0, 0, 0
		for _, c := range w.Response.GetConditions() {
			if !strings.HasSuffix(c.GetType(), "Ready") {
				continue
			}
			tiers++
			if c.GetStatus() == fnv1.Status_STATUS_CONDITION_TRUE {
				works++
			}
		}
		for _, r := range w.Response.GetDesired().GetResources() {
			if r.GetReady() == fnv1.Ready_READY_TRUE {
				ready++
			}
		}
		if got, want := statusOf(w, "health"), fmt.Sprintf("%d/%d tiers", works, tiers); got != want {
			t.Errorf("pass %d: the health is %s, want %s", w.Passes, got, want)
		}
		if got := statusOf(w, "resources", "ready"); got != fmt.Sprint(ready) && ready > 0 {
			t.Errorf("pass %d: %s resources are ready, want %d", w.Passes, got, ready)
		}
	}
	if got := statusOf(w, "resources", "desired"); got != fmt.Sprint(len(w.Observed)) {
		t.Errorf("%s resources are desired, want %d", got, len(w.Observed))
	}
}

// TestStatusIsWhatAWSReports: people and programs read these values from the claim.
func TestStatusIsWhatAWSReports(t *testing.T) {
	w := atRest(t, claim(t, "spec: {region: eu-west-1, alarms: {emails: [ops@example.org]}}"))
	for field, from := range map[string][2]string{
		"bucket":               {"bucket-app", "id"},
		"alarmTopicARN":        {"topic-alarms", "arn"},
		"edgeAlarmTopicARN":    {"topic-alarms-edge", "arn"},
		"endpoints.cdn":        {"distribution", "domainName"},
		"endpoints.alb":        {"alb-public", "dnsName"},
		"endpoints.backendALB": {"alb-internal", "dnsName"},
		"network.vpcID":        {"vpc", "id"},
	} {
		want := simulator.Text(at(w.Observed[from[0]]), from[1])
		if got := statusOf(w, strings.Split(field, ".")...); got != want || want == "" {
			t.Errorf("%s is %q, and AWS reports %q", field, got, want)
		}
	}
	// One for each zone: others put them on their lists of who may call.
	if got := statusOf(w, "network", "natGatewayIPs"); got != "[203.0.113.10 203.0.113.10]" {
		t.Errorf("the addresses of the NAT gateways are %s", got)
	}
}

// TestFrontendCallsTheBackend: the frontend gets the address of the internal load balancer.
func TestFrontendCallsTheBackend(t *testing.T) {
	w := atRest(t, claim(t, ""))
	want := `"name":"BACKEND_URL","value":"http://` + simulator.Text(at(w.Observed["alb-internal"]), "dnsName") + `"`
	for key, o := range w.Observed {
		text, _ := params(o)["containerDefinitions"].(string)
		if strings.HasPrefix(key, "taskdefinition-frontend-") && !strings.Contains(text, want) {
			t.Errorf("%s has no %s: %s", key, want, text)
		}
	}
}

// TestQueuesKeepMessages: AWS counts in seconds what the claim counts in days.
func TestQueuesKeepMessages(t *testing.T) {
	w := atRest(t, claim(t, "spec: {queues: [{name: orders, retentionDays: 3}]}"))
	if got := params(w.Observed["queue-orders"])["messageRetentionSeconds"]; got != 3.0*24*60*60 {
		t.Errorf("the queue keeps messages for %v seconds", got)
	}
}
