package function

import (
	"encoding/base64"
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

const staticSite = `
spec:
  edge:
    static:
      paths: ["/*"]
      frontendPaths: ["/api/*"]
      fallback: /index.html
      uploaders: ["arn:aws:iam::111122223333:role/ci"]
`

// staticKeys are what CloudFront reads the files with, and bucketKeys what stays in AWS.
var (
	staticKeys = []string{"edgecode-static", "edgefunction-static", "originaccess-static"}
	bucketKeys = []string{
		"bucket-static", "bucket-static-encryption", "bucket-static-ownership", "bucket-static-policy",
		"bucket-static-public-access",
	}
)

// TestStaticFilesLeaveErrorsAlone: a fallback by CloudFront's error pages would turn the
// API's 404 into the application's page with a 200.
func TestStaticFilesLeaveErrorsAlone(t *testing.T) {
	d := params(desired(atRest(t, claim(t, staticSite)))["distribution"])
	pages, _ := d["customErrorResponse"].([]any)
	if len(pages) == 0 {
		t.Fatal("the distribution caches errors")
	}
	for _, p := range pages {
		if page, _ := p.(map[string]any); page["responsePagePath"] != nil || page["responseCode"] != nil {
			t.Errorf("the distribution answers errors by itself: %v", page)
		}
	}
	var paths []string
	behaviors, _ := d["orderedCacheBehavior"].([]any)
	for _, b := range behaviors {
		o, _ := b.(map[string]any)
		paths = append(paths, simulator.Text(o, "pathPattern")+" "+simulator.Text(o, "targetOriginId"))
		if (o["functionAssociation"] != nil) != (o["targetOriginId"] == "static") {
			t.Errorf("the function is at the wrong paths: %v", o)
		}
	}
	if diff := cmp.Diff([]string{"/api/* alb", "/* static"}, paths); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// TestStaticFilesOnALivingClaim: the site goes on until CloudFront can read the files, and
// while it still may, nothing that it reads them with goes. The bucket stays in AWS.
func TestStaticFilesOnALivingClaim(t *testing.T) {
	w := atRest(t, claim(t, ""))
	off, on := w.Composite["spec"], claim(t, staticSite)["spec"]
	w.Composite["spec"] = on
	// What signs the requests takes its time.
	w.Interfere = func(key string, o map[string]any) {
		if key == "originaccess-static" {
			delete(o, "status")
		}
	}
	for range 4 {
		pass(t, w)
		if from := originsOf(w); !slices.Equal(from, []string{"alb"}) {
			t.Fatalf("the distribution has the origins %v before CloudFront can sign requests", from)
		}
	}
	w.Interfere = nil
	w.Replay()
	settleMore(t, w)
	if from := originsOf(w); !slices.Equal(from, []string{"alb", "static"}) {
		t.Fatalf("the distribution has the origins %v", from)
	}
	admits(t, w, "key-data", true)
	admits(t, w, "bucket-static-policy", true)

	was := simulator.Text(w.Observed["bucket-static-policy"], "spec", "forProvider", "policy")
	w.Composite["spec"] = off
	w.Interfere = func(key string, o map[string]any) {
		if key == "distribution" {
			at(o)["status"] = "InProgress"
		}
	}
	w.Replay()
	for range 4 {
		pass(t, w)
		for _, k := range staticKeys {
			if desired(w)[k] == nil {
				t.Fatalf("%s is gone while edge locations still use it", k)
			}
		}
		admits(t, w, "key-data", true)
	}
	if from := originsOf(w); !slices.Equal(from, []string{"alb"}) {
		t.Errorf("the distribution still has the origins %v", from)
	}
	w.Interfere = nil
	w.Replay()
	settleMore(t, w)
	admits(t, w, "key-data", false)
	for _, k := range slices.Concat(staticKeys, bucketKeys) {
		if desired(w)[k] != nil {
			t.Errorf("%s is left of the static files", k)
		}
	}

	// The bucket's policy still admits nobody but the distribution.
	if !strings.Contains(was, `"aws:SourceArn":"arn:aws:cloudfront::111122223333:distribution/`) {
		t.Errorf("the policy that stays in AWS is %s", was)
	}
	w.Composite["spec"] = on
	settleMore(t, w)
	if got := simulator.Text(w.Observed["bucket-static-policy"], "spec", "forProvider", "policy"); got != was {
		t.Errorf("turned on again, the bucket has another policy: %s", got)
	}
}

// TestTheBucketOfStaticFilesIsNeverDeleted: its objects may go with the claim or the field,
// and must not take anything in AWS with them.
func TestTheBucketOfStaticFilesIsNeverDeleted(t *testing.T) {
	w := atRest(t, claim(t, staticSite+"  deletionProtection: false\n"))
	for _, k := range bucketKeys {
		policies, _ := lookup(desired(w)[k], "spec", "managementPolicies").([]any)
		if len(policies) == 0 || slices.Contains(policies, any("Delete")) || slices.Contains(policies, any("*")) {
			t.Errorf("%s is deleted in AWS with its object: %v", k, policies)
		}
	}
}

// TestStaticFilesWithAnotherDomain: while an existing distribution keeps its old way to the
// load balancer, it must not lose the origin of the files, nor have it twice.
func TestStaticFilesWithAnotherDomain(t *testing.T) {
	w := atRest(t, claim(t, staticSite))
	w.Composite["spec"] = claim(t, staticSite+"    domain: {name: shop.example.com}\n")["spec"]
	w.Interfere = func(key string, o map[string]any) {
		if strings.HasPrefix(key, "validation-edge-") {
			delete(o, "status")
		}
	}
	for range 4 {
		pass(t, w)
		if from := originsOf(w); !slices.Equal(from, []string{"alb", "static"}) {
			t.Fatalf("the distribution has the origins %v", from)
		}
	}
	// AWS reports the origins in another order.
	w.Interfere = func(key string, o map[string]any) {
		if origins, _ := at(o)["origin"].([]any); key == "distribution" && len(origins) > 1 {
			at(o)["origin"] = []any{origins[1], origins[0]}
		}
	}
	w.Replay()
	settleMore(t, w)
	if got := protocol(desired(w)["distribution"]); got != "https-only" {
		t.Errorf("CloudFront still connects by %s", got)
	}
	lacks(t, w, "http-only")
}

// TestUploadersMayUpload: the status has all that CI needs, and the role is nobody's where
// the claim names no uploader.
func TestUploadersMayUpload(t *testing.T) {
	w := atRest(t, claim(t, staticSite))
	want := map[string]any{
		"bucket":         "shop-otjdslhi-static-111122223333-us-east-1",
		"distributionID": statusID(w, "distribution"),
		"uploadRoleARN":  "arn:aws:iam::111122223333:role/kasha/shop-otjdslhi-uploads",
	}
	if diff := cmp.Diff(want, lookup(w.Composite, "status", "static")); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	w = atRest(t, claim(t, "spec: {edge: {static: {paths: ['/assets/*']}}}"))
	if desired(w)["role-uploads"] != nil {
		t.Error("there is a role for uploads that nobody may assume")
	}
}

// TestPathsOfFiles runs the code of the function at the edge.
func TestPathsOfFiles(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("needs Node.js")
	}
	cases := map[string]struct {
		fallback, path, want string
	}{
		"File":            {"/index.html", "/assets/app.4f3a.js", "/assets/app.4f3a.js"},
		"Page":            {"/index.html", "/orders/17", "/index.html"},
		"Root":            {"/index.html", "/", "/index.html"},
		"DottedDirectory": {"/app/a.html", "/v1.2/orders", "/app/a.html"},
		"Directory":       {"/index.html", "/docs/", "/index.html"},
		"RootOfFiles":     {"", "/", "/index.html"},
		"DirectoryFile":   {"", "/docs/", "/docs/index.html"},
		"NoExtension":     {"", "/LICENSE", "/LICENSE"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			over := "spec: {edge: {static: {paths: ['/*']}}}"
			if tc.fallback != "" {
				over = "spec: {edge: {static: {paths: ['/*'], fallback: " + tc.fallback + "}}}"
			}
			w := simulator.New(claim(t, over))
			pass(t, w)
			code, err := base64.StdEncoding.DecodeString(simulator.Text(desired(w)["edgecode-static"], "data", "code"))
			if err != nil {
				t.Fatal(err)
			}
			event, err := json.Marshal(map[string]any{"request": map[string]any{"method": "GET", "uri": tc.path}})
			if err != nil {
				t.Fatal(err)
			}
			out, err := exec.CommandContext(t.Context(), node, "-e",
				string(code)+"\nconsole.log(handler("+string(event)+").uri)").CombinedOutput()
			if got := strings.TrimSpace(string(out)); err != nil || got != tc.want {
				t.Errorf("%s leads to %s, want %s: %v", tc.path, got, tc.want, err)
			}
		})
	}
}

// originsOf are the IDs of the distribution's origins, sorted.
func originsOf(w *simulator.World) []string {
	var out []string
	origins, _ := params(desired(w)["distribution"])["origin"].([]any)
	for _, e := range origins {
		o, _ := e.(map[string]any)
		out = append(out, simulator.Text(o, "originId"))
	}
	slices.Sort(out)
	return out
}

// admits checks whether a policy lets CloudFront in.
func admits(t *testing.T, w *simulator.World, key string, want bool) {
	t.Helper()
	if got := strings.Contains(simulator.Text(desired(w)[key], "spec", "forProvider", "policy"),
		"cloudfront.amazonaws.com"); got != want {
		t.Errorf("%s lets CloudFront in: %v, want %v", key, got, want)
	}
}
