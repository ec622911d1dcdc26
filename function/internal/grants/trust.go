package grants

import "maps"

// trusts say who may have the provider's role. With IRSA it is the providers' service account
// of one cluster, by what its OIDC issuer says; with EKS Pod Identity EKS's agent, which the association limits.
// https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
// https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
var trusts = map[string]Policy{
	"trust-irsa": {Statement: []Statement{{
		Effect: "Allow", Action: []string{"sts:AssumeRoleWithWebIdentity"},
		Principal: map[string][]string{"Federated": {"arn:aws:iam::" + Account + ":oidc-provider/" + Issuer}},
		Condition: Condition{"StringEquals": {
			Issuer + ":aud": {"sts.amazonaws.com"},
			Issuer + ":sub": {"system:serviceaccount:crossplane-system:kasha-provider"},
		}},
	}}},
	"trust-pod-identity": {Statement: []Statement{{
		Effect: "Allow", Action: []string{"sts:AssumeRole", "sts:TagSession"},
		Principal: map[string][]string{"Service": {"pods.eks.amazonaws.com"}},
		Condition: Condition{"StringEquals": {"aws:SourceAccount": {Account}}},
	}}},
}

// Issuer is the placeholder for the cluster's OIDC issuer, without https://.
const Issuer = "OIDC_ISSUER"

// Trusts are the trust policies of the provider's role, by the name of their file.
func Trusts() map[string]Policy {
	out := maps.Clone(trusts)
	for name, p := range out {
		p.Version = "2012-10-17"
		out[name] = p
	}
	return out
}
