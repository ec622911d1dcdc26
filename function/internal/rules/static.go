package rules

import (
	"fmt"
	"slices"
)

// AWS's managed policies CachingDisabled and CachingOptimized.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
const (
	cachesNothing = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
	cachesFiles   = "658327ea-f89d-4fab-a63d-7e88639e58f6"
)

// pathsComeFromTheirOrigin looks at the behaviors of the distribution. One that lives may serve the static files
// later than the claim asks for them, but all paths at once.
func pathsComeFromTheirOrigin(w World, _ string, o map[string]any) []string {
	if kindOf(o) != "cloudfront/Distribution" {
		return nil
	}
	static := asMap(lookup(w.Claim, "spec", "edge", "static"))
	want := map[string]string{}
	for _, p := range texts(static["paths"]) {
		want[p] = "static"
	}
	cached := texts(lookup(w.Claim, "spec", "edge", "cachedPaths"))
	for _, p := range slices.Concat(texts(static["frontendPaths"]), cached) {
		want[p] = "alb"
	}
	origins := map[string]map[string]any{}
	for _, origin := range objects(params(o)["origin"]) {
		origins[text(origin, "originId")] = origin
	}
	var out []string
	seen := map[string]bool{}
	for _, b := range objects(params(o)["orderedCacheBehavior"]) {
		path, from := text(b, "pathPattern"), text(b, "targetOriginId")
		seen[path] = true
		if origins[from] == nil || w.Settled && from != want[path] {
			out = append(out, fmt.Sprintf("serves %s from %q, want %q", path, from, want[path]))
		}
		if text(b, "viewerProtocolPolicy") != toHTTPS {
			out = append(out, "serves "+path+" over HTTP")
		}
		if from == "static" {
			out = append(out, findsFiles(w, b)...)
		}
		if slices.Contains(texts(static["frontendPaths"]), path) && text(b, "cachePolicyId") != cachesNothing {
			out = append(out, "caches "+path)
		}
	}
	if static != nil && w.Settled {
		for path := range want {
			if !seen[path] {
				out = append(out, "does not serve "+path)
			}
		}
	}
	by := w.Desired["originaccess-static"]
	if s := origins["static"]; s != nil && !isNamed(by, text(s, "originAccessControlId")) {
		out = append(out, "does not sign its requests to the bucket")
	}
	slices.Sort(out)
	return out
}

// isNamed tells whether an object has a name in AWS, if it says which it has.
func isNamed(o map[string]any, name string) bool {
	is := externalName(o)
	return name != "" && (is == "" || is == name)
}

// findsFiles looks at a behavior that serves files.
func findsFiles(w World, b map[string]any) []string {
	var out []string
	by := objects(b["functionAssociation"])
	if len(by) != 1 || text(by[0], "eventType") != "viewer-request" ||
		w.byARN(text(by[0], "functionArn")) != "edgefunction-static" {
		out = append(out, "serves "+text(b, "pathPattern")+" without the function that finds the file")
	}
	if text(b, "cachePolicyId") != cachesFiles || text(b, "originRequestPolicyId") != "" {
		out = append(out, "sends S3 more of a request for "+text(b, "pathPattern")+" than the path")
	}
	return out
}
