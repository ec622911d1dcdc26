package network

import (
	"slices"
	"strconv"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// s3 is the service of the gateway endpoint.
const s3 = "s3"

// endpointPolicy is what an endpoint lets through. Without a policy AWS lets everything
// through: the endpoint would be a way out of a network that has no other, to the bucket
// or the queue of any account, with keys of that account. A policy grants nothing.
//
// An open endpoint has AWS's default in writing. The provider would not go back to it by
// itself, because to Terraform a policy that is not there is any policy.
// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
func endpointPolicy(s *stack.Stack, p *plan.Plan, service string) string {
	if p.Network.Endpoints == v1alpha1.EndpointsOpen {
		return policy.Document{policy.Pass("Everything", policy.List{"*"}, "*")}.String()
	}
	d := policy.Document{ownAccount(actionsOf(service))}
	switch service {
	case s3:
		d = append(d, imageLayers(s))
	case "ecr.api", "ecr.dkr":
		d = append(d, registryToken())
		d = append(d, elsewhere(p, "Images", plan.Repositories(p.Images()), "ecr:BatchCheckLayerAvailability",
			"ecr:BatchGetImage", "ecr:BatchImportUpstreamImage", "ecr:GetDownloadUrlForLayer")...)
	case "secretsmanager":
		d = append(d, elsewhere(p, "Secrets", p.Secrets(),
			"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue")...)
	case "ssmmessages":
		d = append(d, channels())
	case "ssm":
		d = append(d, elsewhere(p, "Parameters", p.Parameters(), "ssm:GetParameters")...)
	}
	return append(d, permitted(p, service)...).String()
}

// actionsOf are all actions of an endpoint's service.
func actionsOf(service string) string {
	switch service {
	case "ecr.api", "ecr.dkr":
		return "ecr:*"
	}
	return service + ":*"
}

// ownAccount lets this account's identities reach this account's resources. Within the
// account, the identities' own policies decide.
func ownAccount(actions string) policy.Statement {
	st := policy.Pass("Account", policy.List{"*"}, actions)
	st.Condition = policy.Condition{"StringEquals": {
		"aws:PrincipalAccount": {plan.Account()}, "aws:ResourceAccount": {plan.Account()},
	}}
	return st
}

// elsewhere lets this account's identities reach what the claim names in other accounts.
func elsewhere(p *plan.Plan, sid string, arns []string, actions ...string) policy.Document {
	arns = p.Elsewhere(arns)
	if len(arns) == 0 {
		return nil
	}
	st := policy.Pass(sid+"Elsewhere", arns, actions...)
	st.Condition = byOwnIdentities()
	return policy.Document{st}
}

// permitted lets this account's identities reach what permissions of the claim name in other
// accounts, or without an account, as buckets are named.
func permitted(p *plan.Plan, service string) policy.Document {
	prefix := strings.TrimSuffix(actionsOf(service), "*")
	var d policy.Document
	for _, w := range p.Containers() {
		for _, st := range w.Permissions {
			actions := slices.DeleteFunc(slices.Clone(st.Actions), func(a string) bool {
				return !strings.HasPrefix(a, prefix)
			})
			named := slices.DeleteFunc(p.Elsewhere(st.Resources), func(r string) bool {
				return r == "*" || !strings.HasPrefix(r, "arn:aws:"+prefix)
			})
			if len(actions) == 0 || len(named) == 0 {
				continue
			}
			pass := policy.Pass("Permission"+strconv.Itoa(len(d)+1), named, actions...)
			pass.Condition = byOwnIdentities()
			d = append(d, pass)
		}
	}
	return d
}

// registryToken lets ECS log in to ECR. AWS has no resource for this action.
func registryToken() policy.Statement {
	st := policy.Pass("RegistryToken", policy.List{"*"}, "ecr:GetAuthorizationToken")
	st.Condition = byOwnIdentities()
	return st
}

// channels let the agent of ECS Exec open sessions. AWS has no resource for these actions.
func channels() policy.Statement {
	st := policy.Pass("Channels", policy.List{"*"}, "ssmmessages:CreateControlChannel",
		"ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel")
	st.Condition = byOwnIdentities()
	return st
}

func byOwnIdentities() policy.Condition {
	return policy.Condition{"StringEquals": {"aws:PrincipalAccount": {plan.Account()}}}
}

// imageLayers lets ECS fetch the layers of images. They are in a bucket of AWS's, and ECR
// signs the requests with an identity of its own.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
func imageLayers(s *stack.Stack) policy.Statement {
	return policy.Pass("ImageLayers",
		policy.List{"arn:aws:s3:::prod-" + s.Region + "-starport-layer-bucket/*"}, "s3:GetObject")
}
