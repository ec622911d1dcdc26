package function

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/function/internal/containers"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// The tests of this file replay what users of similar platforms reported in public. The
// table in docs/compatibility.md links each report.

// A firewallRule is as much of a rule as the tests read.
type firewallRule struct {
	Name      string
	Statement struct {
		ManagedRuleGroupStatement *struct {
			ScopeDownStatement *struct {
				NotStatement struct {
					Statement struct{ RegexMatchStatement struct{ RegexString string } }
				}
			}
		}
	}
}

// inspects tells which of AWS's rule sets look at a request to a path, as AWS would see it
// after its transformations.
func inspects(t *testing.T, w *simulator.World, requested string) []string {
	t.Helper()
	var rules []firewallRule
	if err := json.Unmarshal([]byte(simulator.Text(params(desired(w)["webacl"]), "ruleJson")), &rules); err != nil {
		t.Fatal(err)
	}
	decoded, err := url.PathUnescape(requested)
	if err != nil {
		t.Fatal(err)
	}
	resolved := path.Clean(decoded)
	if strings.HasSuffix(decoded, "/") && resolved != "/" {
		resolved += "/"
	}
	var out []string
	for _, r := range rules {
		set := r.Statement.ManagedRuleGroupStatement
		if set == nil {
			continue
		}
		scope := set.ScopeDownStatement
		if scope == nil ||
			!regexp.MustCompile(scope.NotStatement.Statement.RegexMatchStatement.RegexString).MatchString(resolved) {
			out = append(out, r.Name)
		}
	}
	return out
}

// TestHarmlessRequestsPassTheFirewall: a webhook without a User-Agent, an article with HTML,
// a sign-in that returns to localhost, and a callback with a long query are what the common
// rule set blocks. A claim exempts their paths, and nothing else is exempt with them.
func TestHarmlessRequestsPassTheFirewall(t *testing.T) {
	t.Parallel()
	const common, bad = "AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"
	w := atRest(t, claim(t, "spec: {edge: {waf: {exemptPaths: [/hooks/, /admin/articles, /oauth/, /signin.cgi]}}}"))
	cases := map[string]struct {
		path   string
		common bool
	}{
		"WebhookWithoutUserAgent":     {"/hooks/stripe", false},
		"EditorSavesHTML":             {"/admin/articles/7", false},
		"SignInReturnsToLocalhost":    {"/oauth/authorize", false},
		"CallbackWithALongQuery":      {"/oauth/callback", false},
		"NameIsEncoded":               {"/%68ooks/stripe", false},
		"Home":                        {"/", true},
		"OnlyTheBeginningOfThePrefix": {"/hooks", true},
		"PrefixIsNotAtTheBeginning":   {"/a/hooks/stripe", true},
		"DotIsADot":                   {"/signin-cgi", true},
		"WayUp":                       {"/hooks/../admin/users", true},
		"WayUpIsEncoded":              {"/hooks/%2e%2e/admin/users", true},
		"WayUpWithASemicolon":         {"/hooks/..;/admin/users", true},
		"WayUpWithABackslash":         {`/hooks/..\admin\users`, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := inspects(t, w, tc.path)
			if slices.Contains(got, common) != tc.common {
				t.Errorf("%s is inspected by %v", tc.path, got)
			}
			if !slices.Contains(got, bad) {
				t.Errorf("known attacks on %s would pass", tc.path)
			}
		})
	}
	for _, p := range []string{"/hooks/stripe", "/"} {
		if got := inspects(t, atRest(t, claim(t, "")), p); !slices.Equal(got, []string{common, bad}) {
			t.Errorf("without the field %s is inspected by %v only", p, got)
		}
	}
}

// TestSlowPageIsComputedOnce: CloudFront sends a GET request again when its answer takes too
// long. A page of 40 s would be computed three times before the viewer sees a 504.
func TestSlowPageIsComputedOnce(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason, over string
		want         any
	}{
		"Default": {"CloudFront's own three attempts hide a task that is just being replaced.", "", nil},
		"Once":    {"The claim says so.", "spec: {edge: {originAttempts: 1}}", 1.0},
		"Private": {"A VPC origin is no different.", "spec: {edge: {origin: VPCOrigin, originAttempts: 2}}", 2.0},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := param(params(desired(atRest(t, claim(t, tc.over)))["distribution"]), "origin", "0",
				"connectionAttempts")
			if got != tc.want {
				t.Errorf("%s CloudFront makes %v attempts, want %v", tc.reason, got, tc.want)
			}
		})
	}
}

// TestImageOfDockerHubIsWarnedAbout: all tasks behind a NAT gateway have one address, and
// Docker Hub limits how often an address pulls. The claim says so before scaling needs it.
func TestImageOfDockerHubIsWarnedAbout(t *testing.T) {
	t.Parallel()
	for image, want := range map[string]int{
		"nginx:1.29": 1, "docker.io/serversideup/php:8.3": 1, "public.ecr.aws/nginx/nginx:1.29": 0,
		"111122223333.dkr.ecr.us-east-1.amazonaws.com/shop/frontend:1": 0, "localhost/a:1": 0,
	} {
		w := simulator.New(claim(t, fmt.Sprintf("spec: {frontend: {image: %q}}", image)))
		said := 0
		for range passes(w.Composite) {
			pass(t, w)
			for _, m := range warnings(w.Response) {
				if strings.Contains(m, "Docker Hub limits") && strings.Contains(m, image+" for the frontend") {
					said++
				}
			}
		}
		if said != want {
			t.Errorf("%s: %d warnings, want %d", image, said, want)
		}
	}
}

// TestTasksGoAfterAPeak: tasks go only when every target allows it, and the memory of a JVM
// stays used. With memory off, CPU alone decides, for this service only.
func TestTasksGoAfterAPeak(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, "spec: {backend: {scaling: {memory: 0}}}"))
	want := []string{
		"scaling-backend", "scaling-backend-cpu", "scaling-frontend", "scaling-frontend-cpu",
		"scaling-frontend-memory",
	}
	if got := keysLike(w, "scaling-"); !slices.Equal(got, want) {
		t.Errorf("the services scale by %v, want %v", got, want)
	}
}

// TestDeploymentKeepsTheNumberOfTasks: scaling has started 7 tasks, and a new image must not
// stop five of them.
func TestDeploymentKeepsTheNumberOfTasks(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, ""))
	w.Interfere = func(key string, o map[string]any) {
		if key == "service-backend" {
			at(o)["desiredCount"] = 7.0
		}
	}
	w.Replay()
	change(t, w, "spec: {backend: {image: 'registry.example.org/shop/backend:2'}}")
	settleMore(t, w)
	o := desired(w)["service-backend"]
	if n, set := params(o)["desiredCount"]; set {
		t.Errorf("the deployment asks for %v tasks", n)
	}
	if n := lookup(o, "spec", "initProvider", "desiredCount"); n != 2.0 {
		t.Errorf("a new service begins with %v tasks, want scaling.min", n)
	}
	policies, _ := lookup(o, "spec", "managementPolicies").([]any)
	if len(policies) == 0 {
		t.Error("the service has no management policies, so the provider initializes late")
	}
	for _, p := range policies {
		if p == "LateInitialize" || p == "*" {
			t.Errorf("the provider would write the number that it observes into the spec: %v", p)
		}
	}
}

// TestMinorVersionThatAWSInstalled: AWS upgrades 8.4.3 to 8.4.9 by itself. The claim asks for
// 8.4, and its objects do not change, so the provider does not try to go back.
func TestMinorVersionThatAWSInstalled(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, ""))
	before := w.Response
	w.Interfere = func(key string, o map[string]any) {
		if strings.HasPrefix(key, "db-") && at(o) != nil {
			at(o)["engineVersion"], at(o)["engineVersionActual"] = "8.4.9", "8.4.9"
		}
	}
	w.Replay()
	settleMore(t, w)
	if got := params(desired(w)["db-primary"])["engineVersion"]; got != "8.4" {
		t.Errorf("the claim asks for MySQL %v, want 8.4: AWS cannot go back", got)
	}
	if !sameObjects(before, w.Response) {
		t.Error("an upgrade by AWS changes objects of the claim")
	}
}

// TestHealthCheckOfAStrictApplication: load balancers check by the task's address and over
// HTTP. An application that redirects to HTTPS is healthy, and one that answers 400 to an
// unknown host is if the claim says so.
func TestHealthCheckOfAStrictApplication(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		over  string
		codes map[int]bool
	}{
		"Default": {"", map[int]bool{200: true, 301: true, 308: true, 400: false, 403: false}},
		"Host": {
			"spec: {frontend: {healthCheck: {successCodes: '200-399,400'}}}",
			map[int]bool{200: true, 301: true, 400: true, 403: false},
		},
		"Forbidden": {
			"spec: {frontend: {healthCheck: {successCodes: '200-399,403'}}}",
			map[int]bool{200: true, 400: false, 403: true},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			matcher, _ := param(params(desired(atRest(t, claim(t, tc.over)))["targetgroup-frontend"]), "healthCheck",
				"matcher").(string)
			for code, want := range tc.codes {
				if got := answersWell(t, matcher, code); got != want {
					t.Errorf("a task that answers %d is healthy: %v, want %v (%s)", code, got, want, matcher)
				}
			}
		})
	}
}

// answersWell tells whether a load balancer's list of codes and ranges has a code.
func answersWell(t *testing.T, list string, code int) bool {
	t.Helper()
	for part := range strings.SplitSeq(list, ",") {
		var lo, hi int
		if n, err := fmt.Sscanf(part, "%d-%d", &lo, &hi); n == 1 {
			hi = lo
		} else if n != 2 {
			t.Fatalf("cannot read the code %q: %v", part, err)
		}
		if lo <= code && code <= hi {
			return true
		}
	}
	return false
}

// TestRolledBackServiceIsCheckedOnItsPort: the target group checks the port that each task
// has registered, not the port of the version that failed.
func TestRolledBackServiceIsCheckedOnItsPort(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, "spec: {frontend: {port: 3000}}"))
	if got := param(params(desired(w)["targetgroup-frontend"]), "healthCheck", "port"); got != "traffic-port" {
		t.Errorf("health checks go to the port %v, whatever version runs", got)
	}
}

// TestImageOfAnotherArchitecture: an image that was built on a Mac with Apple silicon ends
// with "exec format error" on X86_64. The claim says which processor it needs.
func TestImageOfAnotherArchitecture(t *testing.T) {
	t.Parallel()
	for over, want := range map[string]string{"": "X86_64", "spec: {backend: {architecture: ARM64}}": "ARM64"} {
		w := atRest(t, claim(t, over))
		for _, key := range keysLike(w, "taskdefinition-backend-") {
			if got := param(params(desired(w)[key]), "runtimePlatform", "cpuArchitecture"); got != want {
				t.Errorf("the tasks run on %v, want %s", got, want)
			}
		}
	}
}

// TestKeyOfASecret: ECS wants the name of a JSON key behind the ARN, and IAM the ARN alone.
// A secret that is encrypted with a key of the team's own can be read too.
func TestKeyOfASecret(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/stripe-AbCdEf"
	w := atRest(t, claim(t, "spec: {backend: {secrets: {STRIPE: {secretARN: '"+arn+"', key: token}}}}"))
	from := ""
	for _, key := range keysLike(w, "taskdefinition-backend-") {
		var all []containers.Container
		text, _ := params(desired(w)[key])["containerDefinitions"].(string)
		if err := json.Unmarshal([]byte(text), &all); err != nil {
			t.Fatal(err)
		}
		from = all[0].Secrets[0].ValueFrom
	}
	if from != arn+":token::" {
		t.Errorf("ECS reads %q, want the key of the secret", from)
	}
	var policy struct {
		Statement []struct {
			Action    any
			Resource  any
			Condition map[string]map[string]any
		}
	}
	text, _ := params(desired(w)["rolepolicy-execution"])["policy"].(string)
	if err := json.Unmarshal([]byte(text), &policy); err != nil {
		t.Fatal(err)
	}
	reads, decrypts := false, false
	for _, s := range policy.Statement {
		action, resource := fmt.Sprint(s.Action), fmt.Sprint(s.Resource)
		reads = reads || strings.Contains(action, "secretsmanager:GetSecretValue") &&
			strings.Contains(resource, arn) &&
			!strings.Contains(resource, ":token")
		decrypts = decrypts || strings.Contains(action, "kms:Decrypt") && strings.Contains(resource, "key/*") &&
			strings.Contains(fmt.Sprint(s.Condition["StringEquals"]["kms:EncryptionContext:SecretARN"]), arn)
	}
	if !reads || !decrypts {
		t.Errorf("ECS may read the secret: %v, and decrypt it: %v\n%s", reads, decrypts, text)
	}
}

// TestFrontendFindsTheBackendByName: the addresses of a load balancer change, so what the
// frontend gets is a name, which nginx must resolve anew.
func TestFrontendFindsTheBackendByName(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, ""))
	name := simulator.Text(at(w.Observed["alb-internal"]), "dnsName")
	for _, key := range keysLike(w, "taskdefinition-frontend-") {
		text, _ := params(desired(w)[key])["containerDefinitions"].(string)
		if name == "" || !strings.Contains(text, `{"name":"BACKEND_URL","value":"http://`+name+`"}`) {
			t.Errorf("BACKEND_URL is not the load balancer's name %q: %s", name, text)
		}
	}
}

// TestPagesNameTests: the tests that the pages name are there.
func TestPagesNameTests(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("internal/*/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	own, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for _, file := range append(files, own...) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(b)
	}
	named := regexp.MustCompile("`(Test[A-Z][A-Za-z0-9]+)`")
	for page, heading := range map[string]string{
		"../docs/compatibility.md": "## What other platforms' users reported",
		"../docs/testing.md":       "## What users see",
	} {
		b, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		_, table, _ := strings.Cut(string(b), heading)
		table, _, _ = strings.Cut(table, "\n## ")
		found := named.FindAllStringSubmatch(table, -1)
		if len(found) < 10 {
			t.Errorf("%s names only %d tests below %q", page, len(found), heading)
		}
		for _, m := range found {
			if !strings.Contains(source.String(), "func "+m[1]+"(t *testing.T)") {
				t.Errorf("%s names %s, which is not there", page, m[1])
			}
		}
	}
}
