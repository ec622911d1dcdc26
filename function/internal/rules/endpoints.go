package rules

import (
	"fmt"
	"slices"
	"strings"
)

// endpointRule is about what leaves the network by VPC endpoints.
var endpointRule = Rule{
	ID: "network-endpoint-policies",
	Title: "Every VPC endpoint has a policy. Unless the claim's endpoints are open, only the account's own " +
		"identities reach its resources, and what its roles may do besides.",
	Why: "An endpoint without a policy is a way out of a network that has no other: to a bucket of the attacker's, " +
		"with keys of the attacker's. One that is too strict keeps tasks from starting.",
	Source: "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
	check:  eachOf(letsOwnRequestsThrough),
}

// stranger is another account.
const stranger = "666666666666"

// probes are an action of each service that has endpoints, and what it is on. {} is an account.
var probes = map[string]struct{ action, resource string }{
	"s3":             {"s3:PutObject", "arn:aws:s3:::bucket-of-{}/loot"},
	"dynamodb":       {"dynamodb:PutItem", "arn:aws:dynamodb:us-east-1:{}:table/any"},
	"ecr.api":        {"ecr:BatchGetImage", "arn:aws:ecr:us-east-1:{}:repository/any"},
	"ecr.dkr":        {"ecr:PutImage", "arn:aws:ecr:us-east-1:{}:repository/any"},
	"logs":           {"logs:PutLogEvents", "arn:aws:logs:us-east-1:{}:log-group:any:log-stream:any"},
	"secretsmanager": {"secretsmanager:PutSecretValue", "arn:aws:secretsmanager:us-east-1:{}:secret:any-AbCdEf"},
	"sqs":            {"sqs:SendMessage", "arn:aws:sqs:us-east-1:{}:any"},
	"ssm":            {"ssm:PutParameter", "arn:aws:ssm:us-east-1:{}:parameter/any"},
	// The actions for channels have no resource. This stands for another one.
	"ssmmessages": {"ssmmessages:Other", "arn:aws:ssmmessages:us-east-1:{}:any"},
	"kms":         {"kms:Encrypt", "arn:aws:kms:us-east-1:{}:key/any"},
}

func letsOwnRequestsThrough(w World, _ string, o map[string]any) []string {
	if kindOf(o) != "ec2/VPCEndpoint" {
		return nil
	}
	var d document
	if err := decode(text(params(o), "policy"), &d); err != nil {
		return []string{"has no policy that can be read, and AWS lets everything through: " + err.Error()}
	}
	service := strings.TrimPrefix(text(params(o), "serviceName"), "com.amazonaws."+w.region()+".")
	probe, known := probes[service]
	if !known {
		return []string{"is for " + service + ", which no probe is for"}
	}
	foreign := through(stranger, stranger, probe.action, probe.resource)
	if w.opensEndpoints() {
		return unless(d.allows(foreign), "is open, and does not let through "+foreign.String())
	}
	own := through(w.account(), w.account(), probe.action, probe.resource)
	out := unless(d.allows(own), "does not let through "+own.String())
	for _, r := range []request{
		foreign,
		through(stranger, w.account(), probe.action, probe.resource),
		through(w.account(), stranger, probe.action, probe.resource),
		{action: probe.action, resource: strings.ReplaceAll(probe.resource, "{}", w.account()),
			context: map[string]string{}},
	} {
		out = append(out,
			unless(!d.allows(r), fmt.Sprintf("lets through %s by %q", r, r.context["aws:PrincipalAccount"]))...)
	}
	return append(append(out, letsRolesWork(w, d, service)...), letsImagesIn(w, d, service)...)
}

func unless(holds bool, says string) []string {
	if holds {
		return nil
	}
	return []string{says}
}

// through is a request of an account's identity to another's resource.
func through(by, to, action, resource string) request {
	return request{
		action: action, resource: strings.ReplaceAll(resource, "{}", to),
		context: map[string]string{"aws:PrincipalAccount": by, "aws:ResourceAccount": to},
	}
}

// opensEndpoints tells whether the claim's endpoints let everything through. Those of v0.1.0 did.
func (w World) opensEndpoints() bool {
	network := "spec.network."
	switch policy := in(w.Claim, network+"endpoints.policy"); policy {
	case "":
		legacy := len(w.stack()) == len(text(w.Claim, "metadata", "name"))+len("-123456")
		return in(w.Claim, network+"natGateways") != "None" || legacy
	default:
		return policy == "Open"
	}
}

// letsRolesWork finds what a role may do and the endpoint keeps it from.
func letsRolesWork(w World, d document, service string) []string {
	prefix, _, _ := strings.Cut(service, ".")
	policies, _ := policiesIn(w)
	var out []string
	for _, p := range policies {
		for _, s := range p.Statement {
			if p.use != ofIdentity || s.Effect != "Allow" || p.key == "rolepolicy-flowlogs" {
				continue
			}
			for _, r := range requestsOf(w, s, prefix) {
				if authors(p.key) && !isAsked(r, prefix) {
					continue
				}
				out = append(out, unless(d.allows(r), "keeps "+p.key+" from "+r.String())...)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// isAsked tells whether a permission of the claim is for a request, which may be for a bucket of another account. A
// star is of this account, and a resource beside an action may be for another one.
func isAsked(r request, prefix string) bool {
	if strings.HasPrefix(r.resource, "arn:aws:s3:::") {
		r.context["aws:ResourceAccount"] = stranger
	}
	return strings.HasPrefix(r.resource, "arn:aws:"+prefix+":")
}

// requestsOf are the requests that a statement of a role's policy is for and that go to the service of an endpoint in
// the claim's region. What another service asks of KMS for a role does not pass the network.
func requestsOf(w World, s statement, prefix string) []request {
	var out []request
	if _, via := s.Condition["StringEquals"]["kms:ViaService"]; via {
		return nil
	}
	for _, action := range s.Action {
		for _, resource := range s.Resource {
			const region, account = 3, 4
			at := strings.Split(resource+":::::", ":")
			if !strings.HasPrefix(action, prefix+":") || at[region] != "" && at[region] != w.region() {
				continue
			}
			context := map[string]string{"aws:PrincipalAccount": w.account()}
			// Without a resource there may be no account of it.
			if resource != "*" {
				context["aws:ResourceAccount"] = at[account]
				if at[account] == "" || at[account] == "*" {
					context["aws:ResourceAccount"] = w.account()
				}
			}
			out = append(out, request{action: action, resource: resource, context: context})
		}
	}
	return out
}

// letsImagesIn wants the bucket in which ECR has the layers of images, for reading alone. ECR signs those requests.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
func letsImagesIn(w World, d document, service string) []string {
	if service != "s3" {
		return nil
	}
	layer := "arn:aws:s3:::prod-" + w.region() + "-starport-layer-bucket/any"
	get, put := through(stranger, stranger, "s3:GetObject", layer), through(stranger, stranger, "s3:PutObject", layer)
	return append(unless(d.allows(get), "does not let images in"),
		unless(!d.allows(put), "lets through "+put.String())...)
}
