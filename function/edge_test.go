package function

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// TestViewersScheme: without a domain the load balancer tells the frontend http although
// the viewer came by https. CloudFront's own header has the viewer's scheme, for pages
// and for cached paths; without it, an application that requires https redirects without
// end.
func TestViewersScheme(t *testing.T) {
	w := atRest(t, claim(t, "spec: {edge: {cachedPaths: [/static/*]}}"))
	policy := simulator.Text(desired(w)["distribution"], "spec", "forProvider", "defaultCacheBehavior",
		"originRequestPolicyId")
	// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
	if policy != "33f36d7e-f396-46d9-90e0-52428a34d9dc" {
		t.Errorf("pages use the policy %s, not AllViewerAndCloudFrontHeaders-2022-06", policy)
	}
	if key := cacheKey(w, "headersConfig", "headers", "items"); !strings.Contains(key, "CloudFront-Forwarded-Proto") {
		t.Errorf("cached paths send %s: a redirect to https would be cached and never end", key)
	}
}

// TestErrorsAreNotShared: CloudFront would serve one viewer's error to all others for 10
// seconds, even of a page that is never cached.
func TestErrorsAreNotShared(t *testing.T) {
	kept := map[string]string{}
	errs, _ := forProviderOf(desired(atRest(t, claim(t, "")))["distribution"])["customErrorResponse"].([]any)
	for _, e := range errs {
		o, _ := e.(map[string]any)
		kept[fmt.Sprint(o["errorCode"])] = fmt.Sprint(o["errorCachingMinTtl"])
	}
	for _, code := range []int{400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504} {
		if kept[fmt.Sprint(code)] != "0" {
			t.Errorf("CloudFront keeps a %d for %q seconds, want 0", code, kept[fmt.Sprint(code)])
		}
	}
}

// TestNewVersionOfAnAsset: app.js?v=2 is another object than app.js?v=1. Values that
// differ from viewer to viewer must not be in the key, or viewers share nothing in the
// cache.
func TestNewVersionOfAnAsset(t *testing.T) {
	w := atRest(t, claim(t, "spec: {edge: {cachedPaths: [/static/*]}}"))
	if got := cacheKey(w, "queryStringsConfig", "queryStringBehavior"); got != "all" {
		t.Errorf("the key has %q of the query string: the old file is served for ?v=2", got)
	}
	if got := cacheKey(w, "cookiesConfig", "cookieBehavior"); got != "none" {
		t.Errorf("the key has the cookies %q: each session has a cache of its own", got)
	}
	for _, header := range []string{"Host", "Origin"} {
		if key := cacheKey(w, "headersConfig", "headers", "items"); !strings.Contains(key, header) {
			t.Errorf("the key %s lacks %s, by which applications answer", key, header)
		}
	}
	id := simulator.Text(w.Observed["cachepolicy"], "status", "atProvider", "id")
	if got := param(forProviderOf(desired(w)["distribution"]), "orderedCacheBehavior", "0",
		"cachePolicyId"); got != id {
		t.Errorf("the cached path uses the policy %q, not the claim's %q", got, id)
	}
}

// TestUploads: a body of more than 8 KiB passes the firewall, unless the claim says
// otherwise, and no other rule of AWS's changes.
func TestUploads(t *testing.T) {
	const lets = `"RuleActionOverrides":[{"Name":"SizeRestrictions_BODY","ActionToUse":{"Count":{}}}]`
	cases := map[string]struct {
		claim string
		want  int
	}{
		"Default": {"", 1},
		"Block":   {"spec: {edge: {waf: {largeBodies: Block}}}", 0},
		"Override": {
			"spec: {edge: {waf: {overrides: [{ruleSet: Common, rule: SizeRestrictions_BODY, action: Captcha}]}}}", 0,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			rules := simulator.Text(desired(atRest(t, claim(t, tc.claim)))["webacl"], "spec", "forProvider",
				"ruleJson")
			if got := strings.Count(rules, lets); got != tc.want {
				t.Errorf("found the exception for uploads %d times, want %d:\n%s", got, tc.want, rules)
			}
			if n := strings.Count(rules, `"ActionToUse":{"Count":{}}`); n != tc.want {
				t.Errorf("%d rules only count, want %d", n, tc.want)
			}
		})
	}
}

// TestSlowAnswers: every component waits longer than the one before it on the request's
// way.
func TestSlowAnswers(t *testing.T) {
	cases := map[string]struct {
		claim                  string
		read, public, internal string
	}{
		"Default":    {"", "30", "60", "60"},
		"Report":     {"spec: {edge: {originReadTimeoutSeconds: 60}}", "60", "70", "70"},
		"KeepAlive":  {"spec: {edge: {originKeepAliveSeconds: 120}}", "30", "130", "130"},
		"WebSockets": {"spec: {frontend: {idleTimeoutSeconds: 3600}}", "30", "3600", "60"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			all := desired(atRest(t, claim(t, tc.claim)))
			origin := fmt.Sprint(
				param(forProviderOf(all["distribution"]), "origin", "0", "customOriginConfig", "originReadTimeout"))
			public, internal := fmt.Sprint(forProviderOf(all["alb-public"])["idleTimeout"]),
				fmt.Sprint(forProviderOf(all["alb-internal"])["idleTimeout"])
			if origin != tc.read || public != tc.public || internal != tc.internal {
				t.Errorf("CloudFront waits %s s, the load balancers %s and %s; want %s, %s and %s",
					origin, public, internal, tc.read, tc.public, tc.internal)
			}
		})
	}
}

// TestMovingADomain: while another site serves the names, the claim prepares everything,
// changes neither names nor records, and says under which name the site can be tried. Then
// it takes the names, when the certificate is already there: AWS moves a name only to a
// distribution whose certificate has it.
func TestMovingADomain(t *testing.T) {
	const domain = "spec: {edge: {domain: {name: shop.example.com, hostedZoneID: Z0123456789ABC, " +
		"replaceRecords: true, phase: %s}}}"
	w := atRest(t, claim(t, fmt.Sprintf(domain, "Prepare")))
	d := forProviderOf(desired(w)["distribution"])
	if param(d, "viewerCertificate", "acmCertificateArn") == nil {
		t.Error("the distribution has no certificate of the name")
	}
	if names, _ := d["aliases"].([]any); len(names) > 0 {
		t.Errorf("the distribution takes %v from the site that serves them", names)
	}
	taken := func(key string) bool { return strings.HasPrefix(key, "record-a") }
	if slices.ContainsFunc(keysOf(w), taken) {
		t.Error("a record leads viewers away from the live site")
	}
	if url := simulator.Text(w.Composite, "status", "endpoints", "url"); !strings.HasSuffix(url, ".cloudfront.net") {
		t.Errorf("the claim says that viewers open %s, which another site serves", url)
	}

	w.Composite["spec"] = claim(t, fmt.Sprintf(domain, "Serve"))["spec"]
	settleMore(t, w)
	if !slices.ContainsFunc(keysOf(w), taken) {
		t.Fatal("no record leads viewers to the claim")
	}
	for key, o := range desired(w) {
		if taken(key) && forProviderOf(o)["allowOverwrite"] != true {
			t.Errorf("%s cannot replace the record of the earlier site", key)
		}
	}
}

// TestStickyViewers: without the field, any task serves any request.
func TestStickyViewers(t *testing.T) {
	for over, want := range map[string]string{"": "false", "spec: {frontend: {stickySeconds: 600}}": "true"} {
		group := forProviderOf(desired(atRest(t, claim(t, over)))["targetgroup-frontend"])
		if got := fmt.Sprint(param(group, "stickiness", "enabled")); got != want {
			t.Errorf("%q: viewers stay on a task: %s, want %s", over, got, want)
		}
	}
}

func cacheKey(w *simulator.World, path ...string) string {
	return fmt.Sprint(
		param(forProviderOf(desired(w)["cachepolicy"]),
			append([]string{"parametersInCacheKeyAndForwardedToOrigin"}, path...)...))
}

// forProviderOf is what an object asks the provider for.
func forProviderOf(o map[string]any) map[string]any {
	p, _ := lookup(o, "spec", "forProvider").(map[string]any)
	return p
}

// param is one of them; numbers in a path are places in lists.
func param(o map[string]any, path ...string) any {
	v, _ := lookupPath(o, path)
	return v
}
