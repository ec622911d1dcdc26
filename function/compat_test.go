package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// release is the version that the goldens in testdata/compat are kept for. A new
// release adds a directory of its own with -update; the old ones stay.
const release = "v0.1.0"

// immutable are the fields that AWS cannot change, by kind. The provider refuses
// a change of them, so a function that wants one leaves every living claim stuck.
var immutable = map[string][]string{
	"VPC":                          {"cidrBlock"},
	"Subnet":                       {"cidrBlock", "availabilityZone", "vpcIdRef"},
	"EIP":                          {"domain"},
	"NATGateway":                   {"subnetIdRef", "allocationIdRef", "connectivityType"},
	"Route":                        {"destinationCidrBlock", "routeTableIdRef"},
	"SecurityGroup":                {"name", "description", "vpcIdRef"},
	"SecurityGroupRule":            {"type", "protocol", "fromPort", "toPort", "securityGroupIdRef", "sourceSecurityGroupIdRef", "prefixListIds", "cidrBlocks"},
	"NetworkACLRule":               {"networkAclIdRef", "egress", "ruleNumber", "ruleAction", "protocol", "cidrBlock", "fromPort", "toPort"},
	"FlowLog":                      {"vpcIdRef", "trafficType", "maxAggregationInterval", "logDestinationType", "logDestinationRef", "iamRoleArnRef"},
	"VPCEndpoint":                  {"vpcIdRef", "serviceName", "vpcEndpointType"},
	"LB":                           {"name", "internal", "loadBalancerType"},
	"LBTargetGroup":                {"name", "port", "protocol", "targetType", "vpcIdRef"},
	"WebACL":                       {"name", "scope", "region"},
	"IPSet":                        {"name", "scope", "region", "ipAddressVersion"},
	"WebACLLoggingConfiguration":   {"resourceArn", "logDestinationConfigs"},
	"Certificate":                  {"domainName", "subjectAlternativeNames", "validationMethod", "keyAlgorithm", "region"},
	"CertificateValidation":        {"certificateArnRef", "validationRecordFqdns"},
	"Zone":                         {"name"},
	"Record":                       {"zoneId", "name", "type"},
	"LBListener":                   {"loadBalancerArnRef"},
	"LBListenerRule":               {"listenerArnRef"},
	"Service":                      {"cluster"},
	"TaskDefinition":               {"family", "containerDefinitions", "cpu", "memory", "networkMode", "executionRoleArn", "taskRoleArn", "runtimePlatform", "volume"},
	"Target":                       {"resourceId", "scalableDimension", "serviceNamespace"},
	"Repository":                   {"encryptionConfiguration"},
	"Instance":                     {"identifier", "engine", "dbName", "username", "storageEncrypted", "kmsKeyIdRef", "availabilityZone", "dbSubnetGroupName", "dbSubnetGroupNameRef", "passwordSecretRef", "performanceInsightsKmsKeyId"},
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
// the release composed, this version composes under the same key, with the same
// name and the same immutable fields.
func TestCompatibility(t *testing.T) {
	for name, c := range examples(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join("testdata", "compat", release, name+".keys")
			got := identities(desired(atRest(t, c)))
			if *update {
				write(t, file, strings.Join(got, "\n")+"\n")
				return
			}
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, was := range strings.Split(strings.TrimSpace(string(b)), "\n") {
				if !slices.Contains(got, was) {
					t.Errorf("%s composed this, and this version does not; a living claim would lose it, or be stuck:\n%s", release, was)
				}
			}
		})
	}
}

// TestUpgrade gives this version what the release left in a cluster.
func TestUpgrade(t *testing.T) {
	for _, name := range []string{"minimal", "production"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join("testdata", "compat", release, name+".observed.yaml")
			if *update {
				write(t, file, toYAML(t, remembered(atRest(t, examples(t)[name]))))
				return
			}
			w := &simulator.World{Connection: map[string]map[string][]byte{}}
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var m memory
			if err := yaml.Unmarshal(b, &m); err != nil {
				t.Fatal(err)
			}
			w.Composite, w.Observed = m.Composite, m.Observed
			was := identities(w.Observed)
			pass(t, w)
			is := identities(desired(w))
			for _, line := range was {
				if !slices.Contains(is, line) {
					t.Errorf("the upgrade from %s loses or changes:\n%s", release, line)
				}
			}
		})
	}
}

// memory is a world as it is written down.
type memory struct {
	Composite map[string]any            `json:"composite"`
	Observed  map[string]map[string]any `json:"observed"`
}

// remembered leaves out the credentials, simulated as they are.
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

// identities are what must never change of each resource, a line each.
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
			// What a reference was resolved to is the provider's, not ours.
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
	case "Cluster", "Service", "Role", "RolePolicy", "Repository", "Bucket", "SubnetGroup", "ParameterGroup", "Group", "Alias", "Dashboard", "MetricAlarm", "CompositeAlarm", "Budget", "Vault", "MetricFilter":
		return true
	}
	return false
}
