// What the server says where it refuses what a script sent: the words of its error page, else of the form that came back,
// and the name of the input at fault, where it tells it.
export async function refusal(answer, otherwise) {
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  const { content } = template;
  const words = wordsOf(content) || `${otherwise}: the server refused (${answer.status}).`;
  return { content, words, field: content.querySelector(".error-page")?.dataset.field ?? "" };
}

const wordsOf = (content) => [...content.querySelectorAll(".error-page h1, .error-page .lede, .callout")].map((part) => part.textContent.trim()).join(" ");
