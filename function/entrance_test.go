package function

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

const withDomain = "spec: {region: eu-west-1, edge: {domain: {name: shop.example.com, hostedZoneID: Z0123456789ABC}}}"

// entrances are the keys of what serves CloudFront, by protocol.
var entrances = map[string][]string{
	"http-only": {"listener-public", "listenerrule-public-origin", "sgrule-alb-from-cloudfront-80-pl-4fa04526"},
	"https-only": {
		"listener-public-https", "listenerrule-public-https-origin",
		"sgrule-alb-https-from-cloudfront-443-pl-4fa04526",
	},
}

// TestDomainOnALivingClaim walks a claim from CloudFront's name to its own and
// back. At every pass, CloudFront must be served by the protocol that some of its
// edges may still use.
func TestDomainOnALivingClaim(t *testing.T) {
	w := atRest(t, claim(t, "spec: {region: eu-west-1}"))
	off, on := w.Composite["spec"], claim(t, withDomain)["spec"]

	w.Composite["spec"] = on
	w.Interfere = func(key string, o map[string]any) {
		if strings.HasPrefix(key, "validation-edge-") {
			delete(o, "status")
		}
	}
	for range 6 {
		pass(t, w)
		serves(t, w, "http-only")
		if got := protocol(desired(w)["distribution"]); got != "http-only" {
			t.Fatalf("CloudFront is told %s before there is a certificate", got)
		}
	}
	if got := simulator.Text(w.Composite, "status", "endpoints", "url"); strings.Contains(got, "shop.example.com") {
		t.Errorf("the claim says that viewers open %s, which leads nowhere yet", got)
	}

	slowly(w, "http-only")
	for range 6 {
		pass(t, w)
		serves(t, w, "http-only")
	}
	serves(t, w, "https-only")
	if got := protocol(desired(w)["distribution"]); got != "https-only" {
		t.Fatalf("CloudFront is told %s though all is prepared", got)
	}
	for key := range desired(w) {
		if strings.HasPrefix(key, "record-a") {
			t.Errorf("%s leads viewers to CloudFront before all its edges know the name", key)
		}
	}

	w.Interfere = nil
	w.Replay()
	settleMore(t, w)
	serves(t, w, "https-only")
	lacks(t, w, "http-only")
	if got := simulator.Text(w.Composite, "status", "endpoints", "url"); got != "https://shop.example.com" {
		t.Errorf("the claim says that viewers open %q", got)
	}

	w.Composite["spec"] = off
	slowly(w, "https-only")
	for range 6 {
		pass(t, w)
		serves(t, w, "https-only")
	}
	if !slices.ContainsFunc(keysOf(w), func(k string) bool { return strings.HasPrefix(k, "certificate-origin-") }) {
		t.Error("the certificate is gone while CloudFront may still ask for it")
	}
	w.Interfere = nil
	w.Replay()
	settleMore(t, w)
	serves(t, w, "http-only")
	lacks(t, w, "https-only")
	for _, k := range keysOf(w) {
		if strings.HasPrefix(k, "certificate-") || strings.HasPrefix(k, "record-") ||
			strings.HasPrefix(k, "validation-") {
			t.Errorf("%s is left of the domain", k)
		}
	}
}

// TestAnotherName: a certificate cannot be changed, so the new one must be issued
// before anything uses it, and the old one must stay for as long.
func TestAnotherName(t *testing.T) {
	w := atRest(t, claim(t, withDomain))
	first := certificate(w)
	before := at(w.Observed["listener-public-https"])["certificateArn"]

	w.Composite["spec"] = claim(t,
		"spec: {region: eu-west-1, edge: {domain: {name: shop.example.com, additionalNames: [www.shop.example.com], "+
			"hostedZoneID: Z0123456789ABC}}}")["spec"]
	w.Interfere = func(key string, o map[string]any) {
		if strings.HasPrefix(key, "validation-") {
			delete(o, "status")
		}
	}
	for range 4 {
		pass(t, w)
		if got := params(desired(w)["listener-public-https"])["certificateArn"]; got != before {
			t.Fatalf("the listener is given %v before it is issued", got)
		}
		if got := params(desired(w)["distribution"])["aliases"]; !cmp.Equal(got, []any{"shop.example.com"}) {
			t.Fatalf("CloudFront is given the names %v before there is a certificate for them", got)
		}
		if desired(w)[first] == nil {
			t.Fatalf("%s is gone while it is in use", first)
		}
	}
	w.Interfere = nil
	w.Replay()
	settleMore(t, w)
	if desired(w)[first] != nil {
		t.Errorf("%s is left though nothing uses it", first)
	}
	if got := params(desired(w)["listener-public-https"])["certificateArn"]; got == before {
		t.Error("the listener still has the old certificate")
	}
}

// TestZoneIsKept: no other change deletes a hosted zone that the claim made.
func TestZoneIsKept(t *testing.T) {
	w := atRest(t, claim(t, "spec: {edge: {domain: {name: shop.example.com}}}"))
	w.Composite["spec"] = claim(t, "")["spec"]
	_, err := w.Pass(t.Context(), newFunction())
	const want = "spec.edge.domain: cannot remove the domain: its hosted zone shop-zone-951623a2 would be deleted, " +
		"and shop.example.com would not resolve until it is delegated to another zone; " +
		"set deletionProtection to false first"
	if err == nil || err.Error() != want {
		t.Fatalf("a protected claim must keep its zone: got %v, want %s", err, want)
	}

	w.Composite["spec"] = claim(t, "spec: {deletionProtection: false}")["spec"]
	pass(t, w)
	// The provider may delete it now, and this pass deletes it.
	pass(t, w)
	warned := false
	for _, r := range w.Response.GetResults() {
		warned = warned || strings.Contains(r.GetMessage(), "hosted zone")
	}
	if !warned {
		t.Error("the claim does not say what is lost")
	}
	settleMore(t, w)
}

// TestOriginHeaderStays: a claim that is restored from a backup has another UID, and
// the load balancer must still accept CloudFront's requests.
func TestOriginHeaderStays(t *testing.T) {
	w := atRest(t, claim(t, ""))
	before := w.Response.GetDesired().GetResources()["listenerrule-public-origin"]
	//nolint:forcetypeassert // Every object has metadata.
	w.Composite["metadata"].(map[string]any)["uid"] = "00000000-1111-2222-3333-444444444444"
	pass(t, w)
	if diff := cmp.Diff(before.GetResource().AsMap(), desired(w)["listenerrule-public-origin"]); diff != "" {
		t.Errorf("the load balancer wants another header than CloudFront sends (-before +after):\n%s", diff)
	}
}

// slowly makes CloudFront report that its edges still use a protocol.
func slowly(w *simulator.World, still string) {
	w.Interfere = func(key string, o map[string]any) {
		if key == "distribution" {
			at(o)["status"] = "InProgress"
			at(o)["origin"] = []any{
				map[string]any{"customOriginConfig": map[string]any{"originProtocolPolicy": still}},
			}
		}
	}
	w.Replay()
}

func serves(t *testing.T, w *simulator.World, by string) {
	t.Helper()
	for _, k := range entrances[by] {
		if desired(w)[k] == nil {
			t.Fatalf("CloudFront may still use %s, and %s is missing", by, k)
		}
	}
}

func lacks(t *testing.T, w *simulator.World, by string) {
	t.Helper()
	for _, k := range entrances[by] {
		if desired(w)[k] != nil {
			t.Errorf("nobody uses %s, and %s is still there", by, k)
		}
	}
}

func protocol(distribution map[string]any) string {
	origins, _ := params(distribution)["origin"].([]any)
	o, _ := origins[0].(map[string]any)
	return simulator.Text(o, "customOriginConfig", "originProtocolPolicy")
}

func certificate(w *simulator.World) string {
	for _, k := range keysOf(w) {
		if strings.HasPrefix(k, "certificate-origin-") {
			return k
		}
	}
	return ""
}

func keysOf(w *simulator.World) []string {
	var out []string
	for k := range desired(w) {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
