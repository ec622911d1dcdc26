package cluster

import (
	"context"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// An Event of a claim, or of one of its resources.
type Event struct {
	Time    time.Time `json:"time"`
	Type    string    `json:"type"`
	Reason  string    `json:"reason"`
	Object  string    `json:"object"`
	Message string    `json:"message"`
	Count   int64     `json:"count,omitempty"`
}

var events = schema.GroupVersionResource{Version: "v1", Resource: "events"}

// Events of a claim and its resources, the oldest first.
func (c *Cluster) Events(ctx context.Context, claim *Claim) ([]Event, error) {
	list, err := c.Client.Resource(events).Namespace(claim.GetNamespace()).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, c.explain(err, "")
	}
	ours := map[string]bool{claim.GetObjectKind().GroupVersionKind().Kind + " " + claim.GetName(): true}
	for _, r := range claim.Resources {
		ours[r.GetKind()+" "+r.GetName()] = true
	}
	var out []Event
	for i := range list.Items {
		if e := eventOf(&list.Items[i]); ours[e.Object] {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b Event) int { return a.Time.Compare(b.Time) })
	return out, nil
}

func eventOf(o *unstructured.Unstructured) Event {
	text := func(path ...string) string {
		t, _, _ := unstructured.NestedString(o.Object, path...)
		return t
	}
	e := Event{
		Type: text("type"), Reason: text("reason"), Message: text("message"),
		Object: text("involvedObject", "kind") + " " + text("involvedObject", "name"),
	}
	e.Count, _, _ = unstructured.NestedInt64(o.Object, "count")
	for _, at := range []string{
		text("series", "lastObservedTime"), text("lastTimestamp"), text("eventTime"),
		text("metadata", "creationTimestamp"),
	} {
		if t, err := time.Parse(time.RFC3339, at); err == nil {
			e.Time = t
			break
		}
	}
	return e
}
