/// What the page looks like, and the few lines that sort and filter its table. Both stand inside the page: nothing is fetched.
enum ReportStyle {
    static let css = """
        :root{color-scheme:light dark;--bg:#f6f6f3;--card:#fff;--line:#e2e1dc;--text:#22262b;--soft:#5d646d;--accent:#3f6ea3;
        --bar:#7d9fc4;--ok:#256b4a;--ok-bg:#e4f1e9;--bad:#a8322b;--bad-bg:#f9e6e3;--warn:#7a5600;--warn-bg:#f7eed6;--off-bg:#ecebe7}
        @media (prefers-color-scheme:dark){:root{--bg:#14171a;--card:#1c2024;--line:#30363c;--text:#e4e7ea;--soft:#9ea7b1;
        --accent:#8fb5e0;--bar:#567ba6;--ok:#7fcfa6;--ok-bg:#18362a;--bad:#f59a91;--bad-bg:#432321;--warn:#e6bf66;--warn-bg:#3a3018;
        --off-bg:#2a2f34}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--bg);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;
        font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%}
        main{max-width:1240px;margin:0 auto;padding:32px 24px 48px}
        h1{font-size:24px;font-weight:650;letter-spacing:-.01em;margin:0}
        h2{font-size:17px;font-weight:650;margin:36px 0 12px}
        p{margin:0}.soft,small{color:var(--soft)}small{font-size:13px}
        .verdict{font-size:17px;margin:14px 0 20px;padding:12px 16px;border-radius:10px;border-left:4px solid var(--ok);background:var(--card)}
        .verdict.bad{border-color:var(--bad)}.verdict.warn{border-color:var(--warn)}
        .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:0}
        .cards div,.figs figure,.panel{background:var(--card);border:1px solid var(--line);border-radius:10px}
        .cards div{padding:12px 16px}.cards dt{color:var(--soft);font-size:13px}.cards dd{margin:0;font-size:22px;font-weight:600}
        .cards dd small{font-weight:400;font-size:13px}
        .figs{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr));gap:12px}
        .figs figure{margin:0;padding:14px 16px 10px}.figs figcaption{display:flex;justify-content:space-between;gap:0 12px;flex-wrap:wrap;
        align-items:baseline;margin-bottom:8px}
        .figs b{font-weight:600}.axis{display:flex;justify-content:space-between;color:var(--soft);font-size:12px;margin-top:4px}
        .bars{display:block;width:100%;height:110px}.b{fill:var(--bar)}.x{fill:var(--bad)}.base{stroke:var(--line);stroke-width:1}
        .hit{fill:transparent}.hit:hover{fill:var(--soft);fill-opacity:.12}
        .spark{display:block;margin-top:2px}td.n .spark{margin-left:auto}.spark .l{fill:none;stroke:var(--bar);stroke-width:1.5;stroke-linejoin:round}.spark .d{fill:var(--accent)}
        .cross{stroke:var(--bad);stroke-width:1.4;fill:none;stroke-linecap:round}
        .panel{overflow-x:auto}
        table{border-collapse:collapse;width:100%}caption{text-align:left;padding:0}
        th,td{padding:9px 12px;text-align:left;vertical-align:top;border-top:1px solid var(--line)}
        thead th{border-top:0;font-size:13px;font-weight:600;color:var(--soft);white-space:nowrap}
        tbody th{font-weight:600;overflow-wrap:anywhere;min-width:170px}tbody th small{font-weight:400;display:block}
        td.n,th.n{text-align:right}td small{display:block}.nw{white-space:nowrap}
        td.wm{overflow-wrap:anywhere;min-width:170px}
        .state{display:inline-block;padding:1px 9px;border-radius:99px;font-size:13px;font-weight:600;white-space:nowrap;background:var(--off-bg)}
        .state.ok{color:var(--ok);background:var(--ok-bg)}.state.bad{color:var(--bad);background:var(--bad-bg)}
        .state.warn{color:var(--warn);background:var(--warn-bg)}.state.off{color:var(--soft)}
        .late{color:var(--warn)}
        thead button{all:unset;cursor:pointer;color:inherit}thead button:focus-visible,summary:focus-visible,input:focus-visible{outline:2px
         solid var(--accent);outline-offset:2px;border-radius:3px}
        th[aria-sort=ascending] button::after{content:" ↑"}th[aria-sort=descending] button::after{content:" ↓"}
        .tools{display:flex;justify-content:space-between;align-items:end;gap:12px;flex-wrap:wrap;margin:36px 0 12px}.tools h2{margin:0}
        input{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:5px 10px;min-width:200px}
        ul.log{list-style:none;margin:0;padding:0}ul.log li{padding:10px 16px;border-top:1px solid var(--line);overflow-wrap:anywhere}
        ul.log li:first-child{border-top:0}ul.log ul{margin:4px 0 0;padding-left:18px;color:var(--soft);font-size:13px}ul.log ul li{padding:1px 0;border:0}
        details{margin-top:12px}summary{cursor:pointer;color:var(--soft);font-size:13px;width:fit-content}
        footer{margin-top:36px;color:var(--soft);font-size:13px}[hidden]{display:none!important}
        @media (max-width:860px){main{padding:20px 14px 36px}h1{font-size:21px}
        .jobs thead{display:none}.jobs,.jobs tbody,.jobs tr,.jobs th,.jobs td{display:block;width:auto;max-width:none;min-width:0;text-align:left}
        .jobs tr{padding:12px 14px;border-top:1px solid var(--line);display:grid;grid-template-columns:1fr 1fr;gap:8px 14px}
        .jobs tr:first-child{border-top:0}.jobs th,.jobs td{padding:0;border:0}
        .jobs th{grid-column:1/-1}td.n .spark{margin-left:0}.jobs td[data-l]::before{content:attr(data-l);display:block;font-size:12px;color:var(--soft)}
        .jobs td.none{display:none}.jobs td.n{text-align:left}.cards{grid-template-columns:1fr 1fr}.cards dd{font-size:19px}
        input{width:100%}}
        @media print{:root{color-scheme:light;--bg:#fff;--card:#fff;--line:#ccc;--text:#000;--soft:#444;--bar:#7d9fc4;--ok:#256b4a;--ok-bg:#fff;
        --bad:#a8322b;--bad-bg:#fff;--warn:#7a5600;--warn-bg:#fff;--off-bg:#fff;--accent:#3f6ea3}
        body{font-size:11px}main{max-width:none;padding:0}.state{border:1px solid currentColor}.panel{overflow:visible}
        tr,li,figure,.cards div{break-inside:avoid}thead{display:table-header-group}input{display:none}
        *{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
        """

    static let script = """
        (function(){"use strict";var t=document.querySelector("table.jobs");if(!t)return;var b=t.tBodies[0];
        t.querySelectorAll("thead th").forEach(function(h,i){var n=h.textContent;h.textContent="";var k=document.createElement("button");
        k.type="button";k.textContent=n;h.appendChild(k);k.addEventListener("click",function(){
        var d=h.getAttribute("aria-sort")==="ascending"?-1:1;t.querySelectorAll("thead th").forEach(function(o){o.removeAttribute("aria-sort")});
        h.setAttribute("aria-sort",d>0?"ascending":"descending");var r=Array.prototype.slice.call(b.rows);
        function v(x){var s=x.cells[i].getAttribute("data-v");return s===null?x.cells[i].textContent.toLowerCase():+s}
        r.sort(function(x,y){var p=v(x),q=v(y);return (p<q?-1:p>q?1:0)*d});r.forEach(function(x){b.appendChild(x)})})});
        var f=document.getElementById("find");f.hidden=false;f.addEventListener("input",function(){var q=f.value.toLowerCase();
        Array.prototype.forEach.call(b.rows,function(x){x.hidden=x.textContent.toLowerCase().indexOf(q)<0})})})();
        """
}
