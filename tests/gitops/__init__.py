"""What GitOps tools make of Todos: Argo CD's health scripts, Flux's expressions, pipelines that apply again."""
