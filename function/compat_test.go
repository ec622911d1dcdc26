package function

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// compatDir has one directory for each recorded release. Nothing but -record writes
// there: a file that changes with the code cannot show that the code broke something.
const compatDir = "testdata/compat"

var record = flag.String("record", "",
	"record what this version composes as `release` v<major>.<minor>.<patch>, which must not be recorded yet")

// immutable are the fields that AWS cannot change, by kind. The provider refuses to
// change them, so a function that changes one leaves every living claim stuck.
var immutable = map[string][]string{
	"VPC":           {"cidrBlock"},
	"Subnet":        {"cidrBlock", "availabilityZone", "vpcIdRef"},
	"EIP":           {"domain"},
	"NATGateway":    {"subnetIdRef", "allocationIdRef", "connectivityType"},
	"Route":         {"destinationCidrBlock", "routeTableIdRef"},
	"SecurityGroup": {"name", "description", "vpcIdRef"},
	"SecurityGroupRule": {
		"type", "protocol", "fromPort", "toPort", "securityGroupIdRef", "sourceSecurityGroupIdRef", "prefixListIds",
		"cidrBlocks",
	},
	"NetworkACLRule": {
		"networkAclIdRef", "egress", "ruleNumber", "ruleAction", "protocol", "cidrBlock", "fromPort", "toPort",
	},
	"FlowLog": {
		"vpcIdRef", "trafficType", "maxAggregationInterval", "logDestinationType", "logDestinationRef",
		"iamRoleArnRef",
	},
	"VPCEndpoint":                {"vpcIdRef", "serviceName", "vpcEndpointType"},
	"LB":                         {"name", "internal", "loadBalancerType"},
	"LBTargetGroup":              {"name", "port", "protocol", "targetType", "vpcIdRef"},
	"WebACL":                     {"name", "scope", "region"},
	"IPSet":                      {"name", "scope", "region", "ipAddressVersion"},
	"WebACLLoggingConfiguration": {"resourceArn", "logDestinationConfigs"},
	"Certificate": {
		"domainName", "subjectAlternativeNames", "validationMethod", "keyAlgorithm", "region",
	},
	"CertificateValidation": {"certificateArnRef", "validationRecordFqdns"},
	"Zone":                  {"name"},
	"Record":                {"zoneId", "name", "type"},
	"LBListener":            {"loadBalancerArnRef"},
	"LBListenerRule":        {"listenerArnRef"},
	"Service":               {"cluster"},
	"TaskDefinition": {
		"family", "containerDefinitions", "cpu", "memory", "networkMode", "executionRoleArn", "taskRoleArn",
		"runtimePlatform", "volume",
	},
	"Target":     {"resourceId", "scalableDimension", "serviceNamespace"},
	"Repository": {"encryptionConfiguration"},
	"Instance": {
		"identifier", "engine", "dbName", "username", "storageEncrypted", "kmsKeyIdRef", "availabilityZone",
		"dbSubnetGroupName", "dbSubnetGroupNameRef", "passwordSecretRef", "performanceInsightsKmsKeyId",
	},
	"SubnetGroup":                  {},
	"ParameterGroup":               {"family", "description"},
	"Secret":                       {"name"},
	"SecretVersion":                {"secretIdRef", "secretStringSecretRef"},
	"Key":                          {"keyUsage"},
	"Queue":                        {"name"},
	"Vault":                        {"kmsKeyArnRef"},
	"Selection":                    {"name", "planIdRef", "iamRoleArn", "resources"},
	"TopicSubscription":            {"protocol", "endpoint", "topicArnRef"},
	"RolePolicyAttachment":         {"policyArn", "roleRef"},
	"BucketOwnershipControls":      {"bucketRef"},
	"BucketPublicAccessBlock":      {"bucketRef"},
	"RouteTableAssociation":        {"subnetIdRef"},
	"ClusterCapacityProviders":     {"clusterName", "clusterNameRef"},
	"DefaultSecurityGroup":         {"vpcIdRef"},
	"InternetGateway":              {},
	"MetricFilter":                 {"logGroupName", "logGroupNameRef"},
	"VPCEndpointSubnetAssociation": {"vpcEndpointIdRef", "subnetIdRef"},
}

// TestCompatibility: a living claim must survive an upgrade of the function. What
// each release composed, this version composes under the same key, with the same
// name and the same immutable fields.
func TestCompatibility(t *testing.T) {
	for _, release := range releases(t) {
		t.Run(release, func(t *testing.T) {
			for _, file := range recorded(t, release, ".keys") {
				t.Run(stem(file, ".keys"), func(t *testing.T) {
					t.Parallel()
					c := recordedClaim(t, strings.TrimSuffix(file, ".keys"))
					missing(t, release, lines(t, file), identities(desired(atRest(t, c))))
				})
			}
		})
	}
}

// TestUpgrade gives this version what each release left in a cluster.
func TestUpgrade(t *testing.T) {
	for _, release := range releases(t) {
		t.Run(release, func(t *testing.T) {
			for _, file := range recorded(t, release, ".observed.yaml") {
				t.Run(stem(file, ".observed.yaml"), func(t *testing.T) {
					t.Parallel()
					w := recall(t, file)
					was := identities(w.Observed)
					pass(t, w)
					missing(t, release, was, identities(desired(w)))
				})
			}
		})
	}
}

// A task definition's key ends with the digest of its content.
var (
	contentDigest  = regexp.MustCompile(`^(taskdefinition-\S+)-[0-9a-f]{8} (\S+) (\S+)-[0-9a-f]{8} `)
	linuxParameter = regexp.MustCompile(`"linuxParameters":\{.*?\},"portMappings"`)
	mountPoint     = regexp.MustCompile(`"mountPoints":\[[^\]]*\],`)
	taskVolume     = regexp.MustCompile(` volume=\[map.*\]`)
	poolVariable   = regexp.MustCompile(`\{"name":"DB_POOL_MAX","value":"[0-9]+"\},?`)
)

// movedPaths are the lines of task definitions without their writable paths: since
// v0.1.0 these moved from volumes, which only root can write to, into memory. The
// upgrade rolls every service once, and its next version has DB_POOL_MAX. Everything else of the
// task definitions is compared, and TestUpgrade shows that the old ones stay until the new ones run.
func movedPaths(lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		if out[i] = line; strings.HasPrefix(line, "taskdefinition-") {
			line = contentDigest.ReplaceAllString(line, "$1 $2 $3 ")
			line = linuxParameter.ReplaceAllString(line, `"portMappings"`)
			line = poolVariable.ReplaceAllString(line, "")
			out[i] = taskVolume.ReplaceAllString(mountPoint.ReplaceAllString(line, ""), "")
		}
	}
	return out
}

// missing fails for each resource that a release composed and this version does
// not, or composes as another one.
func missing(t *testing.T, release string, was, is []string) {
	t.Helper()
	var moved []string
	if release == "v0.1.0" {
		moved = movedPaths(is)
	}
	for _, line := range was {
		if !slices.Contains(is, line) && !slices.Contains(moved, movedPaths([]string{line})[0]) {
			t.Errorf("%s composed this, and this version does not; a living claim would lose it, or be stuck:\n%s",
				release, line)
		}
	}
}

// TestRecord records a release: go test ./function -run 'TestRecord$' -record v1.2.3
func TestRecord(t *testing.T) {
	if *record == "" {
		t.Skip("no release is being recorded: -record names one")
	}
	if err := recordRelease(t, compatDir, *record); err != nil {
		t.Fatal(err)
	}
}

// recordRelease records what the examples are composed of, and the clusters of two of
// them. A release is recorded once: if its directory exists, nothing is written.
func recordRelease(t *testing.T, dir, release string) error {
	t.Helper()
	if !isRelease.MatchString(release) {
		return fmt.Errorf("cannot record %q: it is not a release; write v<major>.<minor>.<patch>", release)
	}
	into := filepath.Join(dir, release)
	if err := os.Mkdir(into, 0o750); err != nil {
		return fmt.Errorf("cannot record %s: %w; a recorded release is never written again, record the next one",
			release, err)
	}
	for name, c := range examples(t) {
		w := atRest(t, c)
		write(t, filepath.Join(into, name+".claim.yaml"), toYAML(t, c))
		write(t, filepath.Join(into, name+".keys"), strings.Join(identities(desired(w)), "\n")+"\n")
		if slices.Contains(upgraded, name) {
			write(t, filepath.Join(into, name+".observed.yaml"), toYAML(t, remembered(w)))
		}
	}
	return nil
}

// upgraded are the examples whose whole clusters are recorded: the smallest and the
// largest.
var upgraded = []string{"minimal", "production"}

var isRelease = regexp.MustCompile(`^v(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$`)

// releases are the recorded ones.
func releases(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(compatDir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		if !e.IsDir() || !isRelease.MatchString(e.Name()) {
			t.Errorf("%s is not a recorded release; remove it", filepath.Join(compatDir, e.Name()))
			continue
		}
		out = append(out, e.Name())
	}
	if len(out) == 0 {
		t.Fatalf("cannot find a recorded release in %s", compatDir)
	}
	return out
}

// recorded are a release's files of one sort.
func recorded(t *testing.T, release, suffix string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(compatDir, release, "*"+suffix))
	if err != nil || len(files) == 0 {
		t.Fatalf("cannot find what %s recorded in *%s: %v", release, suffix, err)
	}
	return files
}

// recordedClaim is the claim that was recorded. v0.1.0 recorded none: its claims
// are the examples of the same names.
func recordedClaim(t *testing.T, path string) map[string]any {
	t.Helper()
	b, err := os.ReadFile(path + ".claim.yaml")
	if errors.Is(err, fs.ErrNotExist) {
		c, ok := examples(t)[filepath.Base(path)]
		if !ok {
			t.Fatalf("cannot find the claim of %s: there is neither %s.claim.yaml nor an example of the name", path,
				path)
		}
		return bornUnderV010(c)
	}
	if err != nil {
		t.Fatal(err)
	}
	c, err := schema.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	defaulted(t, c)
	return c
}

// bornUnderV010 gives a claim what v0.1.0 wrote into every status. A claim without it is
// new, and new claims have another ID.
func bornUnderV010(c map[string]any) map[string]any {
	c["status"] = map[string]any{"resources": map[string]any{"desired": float64(1)}}
	return c
}

// recall is a world as a release left it.
func recall(t *testing.T, file string) *simulator.World {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var m memory
	if err := yaml.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	return &simulator.World{Composite: m.Composite, Observed: m.Observed, Connection: map[string]map[string][]byte{}}
}

func lines(t *testing.T, file string) []string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(b)), "\n")
}

func stem(file, suffix string) string { return strings.TrimSuffix(filepath.Base(file), suffix) }

// TestARecordedReleaseIsNotWrittenAgain: -record writes a new release, and never
// changes one that exists.
func TestARecordedReleaseIsNotWrittenAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := recordRelease(t, dir, "v9.8.7"); err != nil {
		t.Fatal(err)
	}
	keys := filepath.Join(dir, "v9.8.7", "minimal.keys")
	if !slices.Contains(lines(t, keys),
		"bucket-app Bucket.s3.aws.m.upbound.io shop-bucket-app shop-otjdslhi-app-111122223333-us-east-1") {
		t.Errorf("%s does not have the bucket", keys)
	}
	write(t, keys, "vpc was here\n")
	err := recordRelease(t, dir, "v9.8.7")
	if !errors.Is(err, fs.ErrExist) {
		t.Errorf("recording a release twice: got %v, want a refusal", err)
	}
	is(t, "the recorded release", []string{"vpc was here"}, lines(t, keys))
	if err := recordRelease(t, dir, "../v1.0.0"); err == nil {
		t.Error("a directory outside is recorded as a release")
	}
}

// TestUpdateLeavesRecordedReleasesAlone: -update is for goldens. It neither mends a
// recorded release that this version breaks, nor hides that it is broken.
func TestUpdateLeavesRecordedReleasesAlone(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if err := os.CopyFS(filepath.Join(root, "examples"), os.DirFS("../examples")); err != nil {
		t.Fatal(err)
	}
	recordedIn := filepath.Join(root, "function", compatDir)
	if err := os.CopyFS(recordedIn, os.DirFS(compatDir)); err != nil {
		t.Fatal(err)
	}
	for _, release := range releases(t) {
		file := filepath.Join(recordedIn, release, "minimal.keys")
		// To this version it looks as if the key had been renamed since the release.
		renamed := strings.Replace(strings.Join(lines(t, file), "\n"), "bucket-app ", "bucket-renamed ", 1)
		write(t, file, renamed)
		cmd := exec.Command(os.Args[0], "-test.run",
			"^(TestCompatibility|TestUpgrade)$/^"+regexp.QuoteMeta(release)+"$/^minimal$", "-update")
		cmd.Dir = filepath.Join(root, "function")
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), "bucket-renamed") {
			t.Errorf("with -update the test passes though a key of %s is renamed (%v):\n%s", release, err, out)
		}
		is(t, "the recorded release", strings.Split(renamed, "\n"), lines(t, file))
	}
}

// memory is a world as it is stored in a file.
type memory struct {
	Composite map[string]any            `json:"composite"`
	Observed  map[string]map[string]any `json:"observed"`
}

// remembered leaves out the simulated credentials.
func remembered(w *simulator.World) memory {
	m := memory{w.Composite, maps.Clone(w.Observed)}
	for key, o := range m.Observed {
		if simulator.Text(o, "apiVersion") == "v1" {
			o = maps.Clone(o)
			o["data"] = map[string]any{"secretString": "e30="}
			m.Observed[key] = o
		}
	}
	return m
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// identities are a line for each resource, with what must never change in it.
func identities(all map[string]map[string]any) []string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(all)) {
		o := all[key]
		gvk := gvkOf(o)
		line := fmt.Sprintf("%s %s %s", key, gvk.GroupKind(), simulator.Text(o, "metadata", "name"))
		if gvk.Group != "" && params(o)["name"] == nil && isChosen(o) {
			line += " " + simulator.Text(o, "metadata", "annotations", "crossplane.io/external-name")
		}
		if gvk.Group == "" {
			out = append(out, line)
			continue
		}
		for _, f := range immutable[gvk.Kind] {
			// The provider resolves references; the function does not.
			if _, resolved := params(o)[f+"Ref"]; resolved {
				continue
			}
			if v, ok := params(o)[f]; ok {
				line += fmt.Sprintf(" %s=%v", f, v)
			}
		}
		out = append(out, line)
	}
	return out
}

// isChosen tells whether the function chose the name in AWS, rather than AWS.
func isChosen(o map[string]any) bool {
	switch gvkOf(o).Kind {
	case "Cluster", "Service", "Role", "RolePolicy", "Repository", "Bucket", "SubnetGroup", "ParameterGroup", "Group",
		"Alias", "Dashboard", "MetricAlarm", "CompositeAlarm", "Budget", "Vault", "MetricFilter":
		return true
	}
	return false
}
